import { type Answer, type Outcome, type RefusalReason, refused, toAnswer } from '../language/answer.ts';
import type { Problem } from '../language/field.ts';
import type { Caller, Request, RequestBody } from '../language/request.ts';
import { readToken } from '../language/token.ts';
import { type ActionButton, actions, small, text, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { type Person, personOf } from '../members/person.ts';
import type { Expected, Inbox, Limits } from '../platform/platform.ts';
import { getHelpNow } from '../safety/buttons.ts';
import { HandrailError, whenStorageIsAway } from '../values/errors.ts';
import { withTimeout } from '../values/timeout.ts';
import { badInput } from './bad-input.ts';
import { cleanAsked } from './clean.ts';
import type { Context, Deps } from './context.ts';
import type { Action, Command, Prepared, Role } from './define.ts';
import type { Definitions } from './definitions.ts';
import { formFlow } from './forms/flow.ts';
import { readOutcome, writeOutcome } from './remembered-outcome.ts';
import type { Store, StoreWrites } from './store.ts';
import type { Traffic } from './traffic.ts';
import { readTyped } from './typed.ts';

export interface InboxOptions {
  readonly definitions: Definitions;
  readonly deps: Deps & { readonly store: Store };
  readonly limits: Limits;
  readonly traffic: Traffic;
  mayModerate(caller: Caller, group: string | null): Promise<boolean>;
}

/** How long `/sos` waits for the database to say who asks, before it answers without. */
const identifyForHelpMs = 80;

/** What is asked, found and read: everything that the request alone decides. */
type Plan =
  | { readonly kind: 'run'; readonly to: Command | Action; readonly prepared: Prepared }
  /** Something that a link asks for and that would change something: shown as a button first. */
  | { readonly kind: 'confirm'; readonly button: (words: Words) => ActionButton }
  | { readonly kind: 'form' }
  | { readonly kind: 'text' }
  | { readonly kind: 'unknown'; readonly reason: RefusalReason };

/**
 * The one way in: read → limit → identify → authorise → parse → run. Whatever happens, there is an answer, and it is made
 * of words.
 */
export function createInbox(options: InboxOptions): Inbox {
  const { definitions, deps, limits } = options;
  const commands = new Map(definitions.commands.map((command) => [command.name, command]));
  const routes = new Map(definitions.actions.map((action) => [action.route, action]));
  const forms = formFlow(definitions.forms, limits, deps);

  function plan(asked: RequestBody): Plan {
    switch (asked.kind) {
      case 'command':
      case 'typed': {
        const to = commands.get(asked.name.toLowerCase());
        if (to === undefined) return { kind: 'unknown', reason: 'unknown-command' };
        if (asked.kind === 'typed' && asked.byLink === true && to.linkShows !== null)
          return { kind: 'confirm', button: to.linkShows };
        const options = asked.kind === 'typed' ? readTyped(asked.rest, to.options) : asked.options;
        return { kind: 'run', to, prepared: to.prepare(options) };
      }
      case 'action': {
        const token = readToken(asked.token);
        if (token === null) return { kind: 'unknown', reason: 'unknown-action' };
        if (forms.knows(token)) return { kind: 'form' };
        const to = routes.get(token.route);
        const prepared = to?.prepare(token.args);
        if (to === undefined || prepared?.ok !== true) return { kind: 'unknown', reason: 'unknown-action' };
        return { kind: 'run', to, prepared };
      }
      case 'link':
        return planLink(asked.token);
      case 'form':
        return { kind: 'form' };
      case 'text':
        return { kind: 'text' };
    }
  }

  /** The buttons of forms have no route here, so that no link answers a question. */
  function planLink(given: string): Plan {
    const token = readToken(given);
    const to = token === null ? undefined : routes.get(token.route);
    const prepared = to?.prepare(token?.args ?? []);
    if (to === undefined || prepared?.ok !== true || prepared.link === null)
      return { kind: 'unknown', reason: 'unknown-action' };
    const { link } = prepared;
    if (link === 'opens') return { kind: 'run', to, prepared };
    return { kind: 'confirm', button: (words) => ({ kind: 'action', label: link(words), token: given }) };
  }

  /** Nothing is asked of the database before the request was read and admitted. */
  async function receive(request: Request): Promise<Answer> {
    const nobody = personOf(request.caller, null, null, request.at);
    try {
      const { asked, removed } = cleanAsked(request.asked);
      const planned = plan(asked);
      const work = () => answer(request, asked, planned, nobody, removed);
      if (isHelp(planned)) return await work();
      const { platform, account } = request.caller;
      const admission = await options.traffic.admit({ platform, key: account });
      if (admission === 'refused-silently') return { kind: 'nothing', audience: 'private' };
      if (admission === 'refused') return turnedAway('too-fast', request);
      // Who moderates is asked of the platform, which may hang: that takes no place from anyone.
      if (planned.kind === 'run' && planned.to.role === 'moderator') return await work();
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
  async function answer(
    request: Request,
    asked: RequestBody,
    planned: Plan,
    nobody: Person,
    removed: boolean,
  ): Promise<Answer> {
    let person = nobody;
    try {
      person = await identifyFor(planned, request, nobody);
      const who = person;
      const words = deps.content.wordsFor(request.caller.locale);
      const context: Context = {
        person,
        place: request.place,
        now: request.at,
        words,
        chance: chanceOf(`${request.caller.platform} ${request.id}`),
        commit: (work) => commit(request, who, work),
      };
      const answer = await answerTo(planned, asked, context, request);
      return paced(removed ? withNotice(answer, words) : answer, person);
    } catch (error) {
      return failure(error, request, person, isHelp(planned));
    }
  }

  async function answerTo(
    planned: Plan,
    asked: RequestBody,
    context: Context,
    { id: requestId, caller }: Request,
  ): Promise<Answer> {
    const { words } = context;
    switch (planned.kind) {
      case 'unknown':
        return unknown(planned.reason, asked, words);
      case 'confirm': {
        const shown = view(text(words.text('link.asks')), actions(planned.button(words), getHelpNow(words)));
        return { kind: 'reply', audience: 'private', view: shown };
      }
      case 'text':
      case 'form': {
        // A form's draft has moved on since: what was answered the first time is the answer.
        const before = await deps.store.idempotency.answer(context.person.account, requestId);
        if (before !== null) return toAnswer(readOutcome(before, words), { kind: 'reply', audience: 'private' });
        return (
          (await forms.answer(asked, context, (role) => authorise(role, context.person, caller, words))) ??
          (asked.kind === 'text'
            ? { kind: 'reply', audience: 'private', view: definitions.menu(words) }
            : unknown('unknown-action', asked, words))
        );
      }
      case 'run': {
        const { to, prepared } = planned;
        const placed = to.role === 'moderator' ? await withCommunity(context, caller) : { context, caller };
        const refusal = await authorise(to.role, placed.context.person, placed.caller, words);
        if (refusal !== null) return refusal;
        if (!prepared.ok) return unfit(to, prepared.problems, context);
        if (prepared.opens !== null) return forms.begin(prepared.opens, context);
        const outcome = await prepared.run(placed.context, deps);
        const kind = 'answers' in to && to.answers === 'replace' ? 'replace' : 'reply';
        return toAnswer(outcome, { kind, audience: to.audience });
      }
    }
  }

  /** Words that do not fit. A command that leads to help answers all the same: `/sos I want to die` is no bad input. */
  async function unfit(to: Command | Action, problems: readonly Problem[], context: Context): Promise<Answer> {
    const { words } = context;
    const bad = badInput(problems, words, 'name' in to ? to.name : null);
    const plain = !to.needsStorage && 'name' in to ? to.prepare({}) : null;
    if (plain?.ok !== true || plain.opens !== null) return bad;
    const answer = toAnswer(await plain.run(context, deps), { kind: 'reply', audience: to.audience });
    const sentences = bad.problems.map(({ sentence }) => small(sentence));
    return { ...answer, view: view(answer.view.blocks, sentences) };
  }

  async function identify({ caller, at }: Request): Promise<Person> {
    const { platform, account, community } = caller;
    const here = community === null ? null : { platform, key: community };
    const found = await deps.store.members.whoAsks({ platform, key: account }, here);
    return personOf(caller, found.account, found.community, at);
  }

  function identifyFor(planned: Plan, request: Request, nobody: Person): Promise<Person> {
    if (isHelp(planned)) return identifySoon(request, nobody);
    const needsNobody = planned.kind === 'run' && !planned.to.needsStorage;
    return needsNobody ? identify(request).catch(whenStorageIsAway(() => nobody)) : identify(request);
  }

  /** For those who may be in danger: who they are when it is known at once, and nobody otherwise. */
  function identifySoon(request: Request, nobody: Person): Promise<Person> {
    const known = identify(request).catch(() => nobody);
    return withTimeout(identifyForHelpMs, known, nobody);
  }

  /** Whoever moderates from their private chat means the community that they last asked from. */
  async function withCommunity(context: Context, caller: Caller): Promise<{ context: Context; caller: Caller }> {
    const { account, communityRef } = context.person;
    const key =
      communityRef !== null || !limits.canCheckModeratorInDm ? null : await deps.store.communities.lastOf(account);
    if (key === null) return { context, caller };
    const ref = { platform: account.platform, key };
    const group = await deps.store.communities.find(ref);
    const person = { ...context.person, communityRef: ref, moderators: group?.moderators ?? null };
    return { context: { ...context, person }, caller: { ...caller, community: key } };
  }

  async function authorise(role: Role, person: Person, caller: Caller, words: Words): Promise<Answer | null> {
    if (role === 'anyone') return null;
    if (person.communityRef === null)
      return refused('no-community', view(text(words.text('refused.no-community')), actions(getHelpNow(words))));
    if (await options.mayModerate(caller, person.moderators)) return null;
    return refused('not-a-moderator', view(text(words.text('refused.not-a-moderator')), actions(getHelpNow(words))));
  }

  function commit(request: Request, { community }: Person, work: Parameters<Context['commit']>[0]): Promise<Outcome> {
    const { platform, account: key } = request.caller;
    const begun = { id: request.id, account: { platform, key }, community: community?.id ?? null };
    return deps.store.transaction(async (tx: StoreWrites) => {
      const { account, answer } = await tx.idempotency.begin(begun, deps.clock.now());
      if (answer !== null) return readOutcome(answer, deps.content.wordsFor(request.caller.locale));
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

  /** Whoever asked for help is given numbers, whatever failed; whoever asked for anything else, where words fail too. */
  function failure(error: unknown, request: Request, person: Person, askedForHelp: boolean): Answer {
    const { platform } = request.caller;
    const away = error instanceof HandrailError && error.code === 'storage-unavailable';
    const floor = (): Answer => ({ kind: 'reply', audience: 'private', view: definitions.floor(person) });
    if (away) deps.log.warn('answered without the database', { platform, reason: error.message });
    else logFailure('a handler failed', error, request);
    if (askedForHelp && !away) return floor();
    try {
      const words = deps.content.wordsFor(request.caller.locale);
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

  return {
    receive,
    expects({ asked }): Expected {
      const planned = plan(asked);
      if (planned.kind === 'form') return forms.expects(asked);
      if (planned.kind !== 'run') return { ...short, kind: 'reply', audience: 'private' };
      const { to, prepared } = planned;
      const { keepsIn, urgency } = to;
      const common = { keepsIn, urgency, sameHelp: urgency === 'help' ? helpAsked(asked, planned) : null };
      if (!prepared.ok) return { ...common, kind: 'reply', audience: 'private' };
      const opens = prepared.opens !== null && limits.fieldsPerForm > 0;
      const replaces = 'answers' in to && to.answers === 'replace';
      return { ...common, kind: opens ? 'open' : replaces ? 'replace' : 'reply', audience: to.audience };
    },
  };
}

/** What most answers are: read once, and asked for by someone who can wait a moment. */
const short = { keepsIn: 'here', urgency: 'usual', sameHelp: null } as const;

function isHelp(planned: Plan): boolean {
  return planned.kind === 'run' && planned.to.urgency === 'help';
}

/** Of words that do not fit nothing is used: whatever they are, the help that is shown is the same. */
function helpAsked(asked: RequestBody, { to, prepared }: Plan & { kind: 'run' }): string {
  const name = 'name' in to ? to.name : to.route;
  if (!prepared.ok) return name;
  if (asked.kind === 'action') return asked.token;
  return asked.kind === 'typed' ? `${name} ${asked.rest}` : JSON.stringify(asked);
}

/** For a member who asked for plain messages nothing that they have read changes under them. */
function paced(answer: Answer, person: Person): Answer {
  return answer.kind === 'replace' && person.member?.plainMessages === true ? { ...answer, kind: 'reply' } : answer;
}

function withNotice(answer: Answer, words: Words): Answer {
  if (answer.kind === 'open' || answer.kind === 'nothing') return answer;
  return { ...answer, view: view(answer.view.blocks, small(words.text('notice.invisible-removed'))) };
}

/** Chance that a request brings with it: its repeat draws the same. Spread evenly from 0 up to 1; no secret (FNV-1a). */
function chanceOf(requestId: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(requestId)) hash = Math.imul(hash ^ byte, 0x01000193);
  // One more stir: the low bits of near identifiers would otherwise be near too.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash >>> 0) / 2 ** 32;
}
