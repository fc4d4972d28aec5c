import { type Answer, type Outcome, type RefusalReason, refused, toAnswer } from '../language/answer.ts';
import type { Role } from '../language/command.ts';
import type { Concern } from '../language/concern.ts';
import type { Problem } from '../language/field.ts';
import type { Caller, Request, RequestBody } from '../language/request.ts';
import { actions, small, text, type View, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { type Person, personOf } from '../members/person.ts';
import type { Inbox, Limits, Reading, Rights } from '../platform/platform.ts';
import { getHelpNow } from '../safety/buttons.ts';
import { HandrailError, whenStorageIsAway } from '../values/errors.ts';
import type { AccountRef } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';
import { withTimeout } from '../values/timeout.ts';
import { badInput } from './bad-input.ts';
import type { Context, Deps } from './context.ts';
import type { Action, Command } from './define.ts';
import type { Definitions } from './definitions.ts';
import { formFlow } from './forms/flow.ts';
import { createReader, type Plan, type ReadRequest, unread } from './reading.ts';
import { readOutcome, writeOutcome } from './remembered-outcome.ts';
import type { Store, StoreWrites } from './store.ts';
import type { Traffic } from './traffic.ts';

export interface InboxOptions {
  readonly definitions: Definitions;
  readonly deps: Deps & { readonly store: Store };
  readonly limits: Limits;
  readonly traffic: Traffic;
  readonly rights: Rights;
}

/** How long a request for help waits for the database to identify the person, before it is answered without. */
const identifyForHelpMs = 80;

type Asker = Pick<Request, 'caller' | 'at'>;

/** The only entry for requests: read → limit → identify → authorise → run. Every request gets an answer in words. */
export function createInbox(options: InboxOptions): Inbox {
  const { definitions, deps, limits } = options;
  const forms = formFlow(definitions.forms, limits, deps);
  const read = createReader({ ...definitions, screen }, forms, limits);

  /** A failing screen must not stop the request, because that may be `/sos`. */
  function screen(written: string): Concern | null {
    try {
      return definitions.screen(written);
    } catch (error) {
      deps.log.error('the safety screen failed', { error });
      return null;
    }
  }

  /** Asks the database only after the request is admitted; help needs no admission. */
  async function receive(read: ReadRequest, request: Request): Promise<Answer> {
    const { plan } = read;
    const nobody = personOf(request.caller, null, null, request.at);
    try {
      const work = () => answer(read, request, nobody);
      if (isHelp(plan)) return await work();
      const { platform, account } = request.caller;
      const admission = await options.traffic.admit({ platform, key: account });
      if (admission === 'refused-silently') return { kind: 'nothing', audience: 'private' };
      if (admission === 'refused') return turnedAway('too-fast', request);
      // A moderator's command takes no place in the queue, because the platform's answer about their rights may hang.
      if (plan.kind === 'run' && plan.to.role === 'moderator') return await work();
      return (await options.traffic.inPlace(work)) ?? turnedAway('too-busy', request);
    } catch (error) {
      return failure(error, request, nobody, false);
    }
  }

  function turnedAway(reason: 'too-fast' | 'too-busy', { caller }: Request): Answer {
    const words = deps.content.wordsFor(caller.locale);
    return refused(reason, view(text(words.text(`refused.${reason}`)), actions(getHelpNow(words))));
  }

  /** Never throws. */
  async function answer(read: ReadRequest, request: Request, nobody: Person): Promise<Answer> {
    let person = nobody;
    try {
      person = await identifyFor(read.plan, request, nobody);
      const who = person;
      const words = deps.content.wordsFor(person.locale);
      const context: Context = {
        person,
        place: request.place,
        now: request.at,
        words,
        chance: chanceOf(`${request.caller.platform} ${request.id}`),
        mayPost: mayPostIn(person.communityRef),
        commit: (work) => commit(request, who, work),
      };
      const answer = await answerTo(read, context, request);
      const noticed = read.removed ? withNotice(answer, words, 'notice.invisible-removed') : answer;
      return paced(isHelp(read.plan) ? noticed : await tellOfClosedChat(noticed, person, words), person);
    } catch (error) {
      return failure(error, request, person, isHelp(read.plan));
    }
  }

  /** Says once, and only to them, that the bot could not write to them and stopped trying. */
  async function tellOfClosedChat(answer: Answer, { account, chat }: Person, words: Words): Promise<Answer> {
    if (chat !== 'closed' || answer.kind === 'open' || answer.audience !== 'private') return answer;
    await deps.store.transaction((tx) => tx.members.noteChat(account, 'told'));
    return withNotice(answer, words, 'notice.chat-closed');
  }

  async function answerTo(
    { plan, asked, opensForms }: ReadRequest,
    context: Context,
    { id: requestId, caller }: Request,
  ): Promise<Answer> {
    const { words } = context;
    const reply = (shown: View): Answer => ({ kind: 'reply', audience: 'private', view: shown });
    switch (plan.kind) {
      case 'failed':
        throw plan.error;
      case 'unknown':
        return unknown(plan.reason, asked, words);
      case 'confirm':
        return reply(view(text(words.text('link.asks')), actions(plan.button(words), getHelpNow(words))));
      case 'wordless':
        return reply(view(text(words.text('refused.only-words')), definitions.menu(words).blocks));
      case 'open': {
        const refusal = await authorise(plan.call.form.role, context.person, caller, words);
        return refusal ?? forms.begin(plan.call, context, opensForms);
      }
      case 'text':
      case 'form': {
        // The draft has advanced since the first request, so a repeat gets the stored answer.
        const before = await deps.store.idempotency.answer(context.person.account, requestId);
        if (before !== null) return toAnswer(readOutcome(before, words), { kind: 'reply', audience: 'private' });
        return (
          (await forms.answer(asked, context, (role) => authorise(role, context.person, caller, words))) ??
          (asked.kind === 'text' ? reply(definitions.menu(words)) : unknown('unknown-action', asked, words))
        );
      }
      case 'run': {
        const { to, prepared } = plan;
        const placed = to.role === 'moderator' ? await withCommunity(context, caller) : { context, caller };
        const refusal = await authorise(to.role, placed.context.person, placed.caller, words);
        if (refusal !== null) return refusal;
        if (!prepared.ok) return unfit(to, prepared.problems, context);
        if (prepared.opens !== null) return forms.begin(prepared.opens, context, opensForms);
        const outcome = await prepared.run(placed.context, deps);
        const kind = 'answers' in to && to.answers === 'replace' ? 'replace' : 'reply';
        return toAnswer(outcome, { kind, audience: to.audience });
      }
    }
  }

  /** Invalid options. A command for help answers anyway: `/sos I want to die` must not be refused. */
  async function unfit(to: Command | Action, problems: readonly Problem[], context: Context): Promise<Answer> {
    const { words } = context;
    const bad = badInput(problems, words, 'typed' in to ? to.typed : null);
    const plain = !to.needsStorage && 'name' in to ? to.prepare({}) : null;
    if (plain?.ok !== true || plain.opens !== null) return bad;
    const answer = toAnswer(await plain.run(context, deps), { kind: 'reply', audience: to.audience });
    const sentences = bad.problems.map(({ sentence }) => small(sentence));
    return { ...answer, view: view(answer.view.blocks, sentences) };
  }

  async function identify({ caller, at }: Asker): Promise<Person> {
    const { platform, account, community } = caller;
    const here = community === null ? null : { platform, key: community };
    const found = await deps.store.members.whoAsks({ platform, key: account }, here);
    return personOf(caller, found.account, found.community, at);
  }

  function identifyFor(plan: Plan, request: Request, nobody: Person): Promise<Person> {
    if (isHelp(plan)) return identifySoon(request, nobody);
    const needsNobody = plan.kind === 'run' && !plan.to.needsStorage;
    return needsNobody ? identify(request).catch(whenStorageIsAway(() => nobody)) : identify(request);
  }

  /** The person if the database answers in time, otherwise nobody, because they may be in danger. */
  function identifySoon(request: Asker, nobody: Person): Promise<Person> {
    const known = identify(request).catch(() => nobody);
    return withTimeout(identifyForHelpMs, known, nobody);
  }

  /** A moderator in their private chat means the community that they last asked from. */
  async function withCommunity(context: Context, caller: Caller): Promise<{ context: Context; caller: Caller }> {
    const { account, communityRef } = context.person;
    const key =
      communityRef !== null || !limits.canCheckModeratorInDm ? null : await deps.store.communities.lastOf(account);
    if (key === null) return { context, caller };
    const ref = { platform: account.platform, key };
    const group = await deps.store.communities.find(ref);
    const person = { ...context.person, communityRef: ref, moderators: group?.moderators ?? null };
    return { context: { ...context, person, mayPost: mayPostIn(ref) }, caller: { ...caller, community: key } };
  }

  function mayPostIn(community: AccountRef | null): Context['mayPost'] {
    return async (place) => (community === null ? 'elsewhere' : options.rights.mayPost(place, community.key));
  }

  async function authorise(role: Role, person: Person, caller: Caller, words: Words): Promise<Answer | null> {
    if (role === 'anyone') return null;
    if (person.communityRef === null)
      return refused('no-community', view(text(words.text('refused.no-community')), actions(getHelpNow(words))));
    if (await options.rights.mayModerate(caller, person.moderators)) return null;
    return refused('not-a-moderator', view(text(words.text('refused.not-a-moderator')), actions(getHelpNow(words))));
  }

  function commit(request: Request, person: Person, work: Parameters<Context['commit']>[0]): Promise<Outcome> {
    const { community, communityRef } = person;
    const { platform, account: key, locale, zone, communityLocale } = request.caller;
    const told = { locale, zone };
    const begun = { id: request.id, account: { platform, key }, community: community?.id ?? null, told };
    const speaksAnew = communityLocale !== null && community !== null && person.communityLocale !== communityLocale;
    return deps.store.transaction(async (tx: StoreWrites) => {
      const { account, answer } = await tx.idempotency.begin(begun, deps.clock.now());
      if (answer !== null) return readOutcome(answer, deps.content.wordsFor(person.locale));
      if (speaksAnew && communityRef !== null)
        await tx.communities.change(communityRef, { locale: communityLocale }, deps.clock.now());
      const outcome = await work(tx, account.member);
      await tx.idempotency.remember(account, request.id, writeOutcome(outcome), deps.clock.now());
      return outcome;
    });
  }

  function unknown(reason: RefusalReason, asked: RequestBody, words: Words): Answer {
    const sentence =
      asked.kind === 'command' || asked.kind === 'typed'
        ? words.text('refused.unknown-command', { given: asked.name.slice(0, 40) })
        : words.text(asked.kind === 'link' ? 'link.over' : 'refused.unknown-action');
    return refused(reason, view(text(sentence), definitions.menu(words).blocks));
  }

  /** A failed request for help gets the numbers. Any other gets them only if the words fail too. */
  function failure(error: unknown, request: Request, person: Person, askedForHelp: boolean): Answer {
    const { platform } = request.caller;
    const away = error instanceof HandrailError && error.code === 'storage-unavailable';
    const floor = (): Answer => ({ kind: 'reply', audience: 'private', view: definitions.floor(person) });
    if (away) deps.log.warn('answered without the database', { platform, reason: error.message });
    else logFailure('a handler failed', error, request);
    if (askedForHelp && !away) return floor();
    try {
      const words = deps.content.wordsFor(person.locale);
      if (away) return refused('storage-unavailable', definitions.helpOnly(words, person));
      return refused('failed', view(text(words.text('refused.failed')), definitions.menu(words).blocks));
    } catch (wordless) {
      logFailure('the words for a failure failed', wordless, request);
      return floor();
    }
  }

  function logFailure(event: string, error: unknown, { id: requestId, caller: { platform } }: Request): void {
    const reason = error instanceof HandrailError ? { reason: error.message } : {};
    deps.log.error(event, { platform, requestId, error, ...reason });
  }

  /** A failure to read becomes an answer too. */
  function readOrFail(asked: RequestBody, how: Reading): ReadRequest {
    try {
      return read(asked, how);
    } catch (error) {
      return { ...unread, plan: { kind: 'failed', error }, asked };
    }
  }

  async function help(concern: Concern, caller: Caller, at: Temporal.Instant): Promise<View> {
    const nobody = personOf(caller, null, null, at);
    const person = await identifySoon({ caller, at }, nobody);
    try {
      return definitions.helpFor(concern, deps.content.wordsFor(person.locale), person);
    } catch (error) {
      deps.log.error('a page of help failed', { platform: caller.platform, error });
      return definitions.floor(person);
    }
  }

  return {
    read(asked, how) {
      const reading = readOrFail(asked, how);
      const { expected, concern } = reading;
      return {
        expected,
        concern,
        help: (caller, at) => (concern === null ? null : help(concern, caller, at)),
        answer: (request) => receive(reading, request),
      };
    },

    lastResort(locale) {
      const words = deps.content.wordsFor(locale);
      return view(text(words.text('refused.failed')), definitions.menu(words).blocks);
    },
  };
}

function isHelp(plan: Plan): boolean {
  return plan.kind === 'run' && plan.to.urgency === 'help';
}

/** A member who chose plain messages gets a reply, because no message that they have read may change. */
function paced(answer: Answer, person: Person): Answer {
  return answer.kind === 'replace' && person.member?.plainMessages === true ? { ...answer, kind: 'reply' } : answer;
}

function withNotice(answer: Answer, words: Words, notice: 'notice.invisible-removed' | 'notice.chat-closed'): Answer {
  if (answer.kind === 'open' || answer.kind === 'nothing') return answer;
  return { ...answer, view: view(answer.view.blocks, small(words.text(notice))) };
}

/**
 * A random number from 0 up to 1, evenly spread and drawn from the request, so that its repeat gets the same. Not
 * secret (FNV-1a).
 */
function chanceOf(requestId: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(requestId)) hash = Math.imul(hash ^ byte, 0x01000193);
  // Mixes once more, because similar identifiers would otherwise get similar numbers.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash >>> 0) / 2 ** 32;
}
