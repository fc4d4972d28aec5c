import { LRUCache } from 'lru-cache';
import { BackgroundTasks } from '../../core/adapter-kit/background-tasks.ts';
import { orLastResort } from '../../core/adapter-kit/last-resort.ts';
import type { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import { RecentIds } from '../../core/adapter-kit/recent-ids.ts';
import type { Answer, ShownAnswer, Urgency } from '../../core/language/answer.ts';
import type { CommandSpec } from '../../core/language/command.ts';
import type { Place, Request, RequestBody } from '../../core/language/request.ts';
import { actions, type Block, text, type View, view } from '../../core/language/view.ts';
import type { Expected, Host, Inbox, Intake } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import type { BotApi } from './bot-api.ts';
import { linkToAction, linkToCommand } from './deep-link.ts';
import { failureOf, isRefusedAs, reasonOf, refusalOf } from './failure.ts';
import type { GroupMembers } from './group-members.ts';
import { InOrder } from './in-order.ts';
import type { GroupCommand, Incoming } from './inbound.ts';
import type { Where } from './names.ts';
import type { Outbound } from './outbound.ts';
import { type Part, renderView } from './render.ts';
import { finishStarted, retry } from './retry.ts';

export interface AnsweringOptions {
  readonly inbox: Inbox;
  readonly api: BotApi;
  readonly outbound: Outbound;
  /** The same, for what is sent before everything else. */
  readonly outboundForHelp: Outbound;
  readonly groupMembers: GroupMembers;
  readonly commands: readonly CommandSpec[];
  readonly wordsFor: Host['wordsFor'];
  readonly clock: Clock;
  readonly lifetime: Pick<Lifetime, 'deadline' | 'isOver'>;
  readonly log: Log;
  /** The bot's own, without "@". */
  readonly username: () => string;
  /** How long what was asked waits for someone to press Start. An hour, where nothing else is said. */
  readonly startWithinMs?: number;
}

const answerWithinMs = 60_000;
/** Telegram forgets the press of a button sooner than that. */
const acknowledgeWithinMs = 10_000;
/** Who may be in danger waits no longer than this for Telegram to say whether they are in a group. */
const urgentMs = 300;
/** The same help is shown to the same person once in this time. */
const sameHelpMs = 5_000;
/** A public help message is posted in a group at most once in this time. */
const publicHelpMs = 60_000;
/** Beyond this nothing usual is begun: what was asked would be late, and everyone else's with it. */
const underWayMax = 2_000;
/** How often the log tells of it. */
const tellFullMs = 30_000;
/** How many answers wait for someone to press Start. */
const waitingMax = 10_000;
const startUsuallyWithinMs = 3_600_000;

type Alone = Extract<Incoming, { kind: 'words' | 'no-words' }>;
type Press = Extract<Incoming, { kind: 'press' }>;
type Who = Pick<Alone, 'id' | 'account' | 'locale' | 'at'>;

interface Waiting {
  readonly asked: RequestBody;
  readonly request: Request;
}

/** Everything that people do with the bot: each person's is done in its order, and help waits for nobody. */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #backgroundTasks = new BackgroundTasks();
  readonly #inOrder = new InOrder();
  readonly #helpShown = new RecentIds(sameHelpMs);
  readonly #helpForAllShown = new RecentIds(publicHelpMs);
  readonly #toldFull = new RecentIds(tellFullMs);
  /** The last word of where answers are, by group and topic: one stands there, however often it is asked. */
  readonly #doors = new Map<string, number>();
  /** Where one is being posted: while a group takes none, no line of them forms. */
  readonly #doorsOnTheirWay = new Set<string>();
  /** What was asked in a group by who cannot be written to yet, by account: answered when they come. */
  readonly #waiting: LRUCache<string, Waiting>;

  constructor(options: AnsweringOptions) {
    this.#options = options;
    const { startWithinMs: ttl = startUsuallyWithinMs } = options;
    // What someone wrote stays in memory no longer than it can be answered.
    this.#waiting = new LRUCache({ max: waitingMax, ttl, ttlAutopurge: true });
  }

  /** Resolves when it is done, and shown. What could not be shown was done all the same: the next answer tells. */
  async answer(incoming: Alone | Press | GroupCommand): Promise<void> {
    if (incoming.kind === 'group-command') return this.#answerInGroup(incoming);
    const { account, where } = incoming;
    const waiting = incoming.kind === 'words' ? this.#waitingFor(incoming) : undefined;
    const intake = this.#read(waiting?.asked ?? askedIn(incoming));
    const helped = this.#helpFirst(intake, incoming, privateChat(account));
    const { urgency } = intake.expected;
    const work = () =>
      incoming.kind === 'press' ? this.#press(incoming, intake) : this.#alone(incoming, waiting?.request, intake);
    const answered = this.#takes(account, where, intake.expected)
      ? this.#inTurn(account, urgency, async () => {
          await helped;
          await work();
        })
      : this.#skip(incoming);
    await Promise.all([helped, answered]);
  }

  /** Help for who wrote something that is of concern, before everything else and whatever becomes of it. */
  #helpFirst(intake: Intake, who: Who, to: Where): Promise<void> {
    const { caller, at } = this.#request(who, null, { kind: 'private' });
    const help = intake.help(caller, at);
    if (help === null || this.#helpShown.again(`${who.account} concern ${intake.concern?.category}`))
      return Promise.resolve();
    return this.#begin(async () => this.#post(to, await help, 'help'));
  }

  /** Is it answered? Not help that was shown a moment ago, nor what would only make everyone wait. */
  #takes(account: string, where: Where, { urgency, sameHelp }: Expected): boolean {
    if (urgency === 'help') return !this.#helpShown.again(`${account} ${where.chat} ${sameHelp}`);
    if (this.#inOrder.isFull(account)) return false;
    if (this.#backgroundTasks.count < underWayMax) return true;
    if (!this.#toldFull.again('full')) this.#options.log.warn('too much at once', { platform: 'telegram' });
    return false;
  }

  #inTurn(account: string, urgency: Urgency, work: () => Promise<void>): Promise<void> {
    if (urgency === 'help') return this.#begin(work);
    // A long line would hold up the end of the program.
    const unlessOver = async () => (this.#options.lifetime.isOver ? undefined : work());
    return this.#begin(() => this.#inOrder.after(account, unlessOver));
  }

  /** A button shows that it waits until its press is acknowledged. */
  async #skip(incoming: Alone | Press): Promise<void> {
    if (incoming.kind === 'press') await this.#begin(() => this.#acknowledge(incoming, {}));
  }

  /** Resolves when everything that was begun is done. */
  finished(): Promise<void> {
    return this.#backgroundTasks.finished();
  }

  #begin(work: () => Promise<void>): Promise<void> {
    return this.#backgroundTasks.begin(work, (error) => {
      const about = { platform: 'telegram', reason: reasonOf(error), error };
      this.#options.log.warn('an answer could not be shown', about);
    });
  }

  async #alone(incoming: Alone, waiting: Request | undefined, intake: Intake): Promise<void> {
    const { where, locale } = incoming;
    const { urgency } = intake.expected;
    await this.#orHelp(where, locale, async () => {
      const request = waiting ?? (await this.#requestAlone(incoming, urgency));
      const answer = shown(await intake.answer(request));
      if (answer !== null) await this.#post(where, answer.view, urgency);
    });
  }

  async #requestAlone(incoming: Alone, urgency: Urgency): Promise<Request> {
    const community = incoming.kind === 'words' ? await this.#communityOf(incoming, urgency) : null;
    return this.#request(incoming, community, { kind: 'private' });
  }

  /** The same request once more gets the same answer: what they asked before they could be written to. */
  #waitingFor({ account, asked, group }: Extract<Alone, { kind: 'words' }>): Waiting | undefined {
    if (group === null || asked.kind !== 'typed' || asked.name !== 'start') return undefined;
    const waiting = this.#waiting.get(account);
    this.#waiting.delete(account);
    return waiting;
  }

  /** The group that the address named which they followed, if they are in it. */
  async #communityOf({ group, account }: Extract<Alone, { kind: 'words' }>, urgency: Urgency): Promise<string | null> {
    if (group === null) return null;
    const isIn = this.#options.groupMembers.isIn(group, account).catch(() => false);
    return (await (urgency === 'help' ? withTimeout(urgentMs, isIn, false) : isIn)) ? group : null;
  }

  async #press(press: Press, intake: Intake): Promise<void> {
    if (press.inGroup) return this.#pressInGroup(press, intake);
    const { where, locale, message } = press;
    const { urgency } = intake.expected;
    void this.#begin(() => this.#acknowledge(press, {}));
    await this.#orHelp(where, locale, async () => {
      const answer = shown(await intake.answer(this.#request(press, null, { kind: 'private' })));
      if (answer === null) return;
      if (answer.kind === 'replace' && message !== null) await this.#change(where, message, answer.view, urgency);
      else await this.#post(where, answer.view, urgency);
    });
  }

  /** A message that all can read is no place for what is for one alone: that is shown in their private chat. */
  async #pressInGroup(press: Press, intake: Intake): Promise<void> {
    const { wordsFor } = this.#options;
    const { where, account, locale, asked, message } = press;
    const { urgency } = intake.expected;
    const answer = shown(await intake.answer(this.#request(press, where.chat, placeOf(where))));
    if (answer === null) return this.#acknowledge(press, {});
    if (answer.audience === 'channel') {
      await this.#acknowledge(press, {});
      if (answer.kind === 'replace' && message !== null) return this.#change(where, message, answer.view, urgency);
      return this.#post(where, answer.view, urgency);
    }
    try {
      await this.#post(privateChat(account), answer.view, urgency);
    } catch (error) {
      const closed = isRefusedAs(error, 'closed-dm') && asked.kind === 'action';
      await this.#acknowledge(press, closed ? this.#wayToButton(asked.token, where, locale) : {});
      if (closed) return;
      throw error;
    }
    await this.#acknowledge(press, { text: wordsFor(locale).text('telegram.in-chat') });
  }

  /** Where the address has no room for the button, a toast says to ask again. */
  #wayToButton(token: string, { chat }: Where, locale: string | null): { url: string; text?: string } {
    const { username, wordsFor } = this.#options;
    const url = linkToAction(username(), token);
    if (url !== null) return { url };
    return { url: linkToCommand(username(), 'start', chat), text: wordsFor(locale).text('telegram.no-way') };
  }

  /**
   * What was typed is taken away, the group is told where answers are, and the answer itself goes to the private chat.
   * Each goes on by itself: none waits for another, or fails with it.
   */
  async #answerInGroup(command: GroupCommand): Promise<void> {
    const { username } = this.#options;
    const { addressed, account, where, message } = command;
    const name = command.name.toLowerCase();
    const isKnown = this.#options.commands.some((one) => one.name === name);
    // Where there are other bots, it may be theirs.
    const isOurs = addressed === null ? isKnown : addressed.toLowerCase() === username().toLowerCase();
    if (!isOurs) return;
    const asked: RequestBody = { kind: 'typed', name, rest: command.rest };
    const intake = this.#read(asked);
    const { expected } = intake;
    const works = [this.#begin(() => this.#takeAway(where, message))];
    if (account !== null) works.push(this.#helpFirst(intake, { ...command, account }, privateChat(account)));
    if (expected.audience === 'channel' && account !== null)
      works.push(this.#begin(() => this.#answerToAll({ ...command, account }, intake)));
    else {
      // Whose command it was is known: the way in does not say which. Of who is not named nothing else is kept.
      const leadsTo = account === null && isKnown ? name : 'start';
      const pointed = () => (expected.keepsIn === 'both' ? this.#helpForAll(command) : this.#door(command, leadsTo));
      works.push(this.#begin(pointed));
      const answered = account !== null && isKnown && this.#takes(account, where, expected);
      const work = () => this.#answerPrivately({ ...command, account: account ?? '' }, asked, intake);
      if (answered) works.push(this.#inTurn(account, expected.urgency, work));
    }
    await Promise.all(works);
  }

  async #answerToAll(command: GroupCommand & { readonly account: string }, intake: Intake): Promise<void> {
    const { where } = command;
    const answer = shown(await intake.answer(this.#request(command, where.chat, placeOf(where))));
    if (answer !== null) await this.#post(where, answer.view, intake.expected.urgency);
  }

  /** Who never wrote to the bot cannot be written to: the group shows the way. */
  async #answerPrivately(
    command: GroupCommand & { readonly account: string },
    asked: RequestBody,
    intake: Intake,
  ): Promise<void> {
    const { where, account, locale } = command;
    const alone = privateChat(account);
    await this.#orHelp(alone, locale, async () => {
      const request = this.#request(command, where.chat, placeOf(where));
      const answer = shown(await intake.answer(request));
      if (answer === null) return;
      await this.#post(alone, answer.view, intake.expected.urgency).catch((error: unknown) => {
        if (!isRefusedAs(error, 'closed-dm')) throw error;
        this.#keepWaiting(account, asked, request);
      });
    });
  }

  #keepWaiting(account: string, asked: RequestBody, request: Request): void {
    this.#waiting.set(account, { asked, request });
  }

  /** Numbers to call, addressed to nobody: whoever asked, and what they wrote with it, stays out of it. */
  async #helpForAll(command: GroupCommand): Promise<void> {
    const { where, name, locale } = command;
    if (this.#helpForAllShown.again(placeKey(where))) return;
    const nobody = { ...command, id: `${command.id} for all`, account: `nobody in ${where.chat}` };
    const asked: RequestBody = { kind: 'typed', name: name.toLowerCase(), rest: '' };
    const answer = shown(await this.#read(asked).answer(this.#request(nobody, where.chat, placeOf(where))));
    const blocks = answer === null ? [] : withoutPresses(answer.view.blocks);
    await this.#post(where, view(blocks, this.#wayIn(where, name, locale)), 'help');
  }

  async #door({ where, locale }: GroupCommand, name: string): Promise<void> {
    const key = placeKey(where);
    if (this.#doorsOnTheirWay.has(key)) return;
    this.#doorsOnTheirWay.add(key);
    try {
      await this.#postDoor(key, where, name, locale);
    } finally {
      this.#doorsOnTheirWay.delete(key);
    }
  }

  async #postDoor(key: string, where: Where, name: string, locale: string | null): Promise<void> {
    const parts = renderView(view(this.#wayIn(where, name, locale)));
    const [sent] = await this.#options.outbound.post(where, parts, this.#options.lifetime.deadline(answerWithinMs));
    const before = this.#doors.get(key);
    if (sent !== undefined) this.#doors.set(key, sent.id);
    if (before !== undefined) await this.#takeAway(where, before);
  }

  #wayIn(where: Where, name: string, locale: string | null): readonly Block[] {
    const words = this.#options.wordsFor(locale);
    const href = linkToCommand(this.#options.username(), name.toLowerCase(), where.chat);
    return [
      text(words.text('telegram.door')),
      actions({ kind: 'link', label: words.text('telegram.open-chat'), href }),
    ];
  }

  /** Where the bot may not, it stands. */
  async #takeAway(where: Where, message: number): Promise<void> {
    const signal = this.#options.lifetime.deadline(answerWithinMs);
    await this.#options.outbound.remove(where, message, signal).catch((error: unknown) => {
      if (failureOf(error).kind !== 'refused') throw error;
    });
  }

  #orHelp(where: Where, locale: string | null, work: () => Promise<void>): Promise<void> {
    return orLastResort(work, {
      isOurs,
      show: () => this.#post(where, this.#options.inbox.lastResort(locale), 'help'),
    });
  }

  /** A message that cannot be changed any more is followed by another. */
  async #change(where: Where, message: Press['message'] & object, shown: View, urgency: Urgency): Promise<void> {
    const signal = this.#options.lifetime.deadline(answerWithinMs);
    try {
      await this.#outboundFor(urgency).change(where, message, renderView(shown), signal);
    } catch (error) {
      if (!isRefusedAs(error, 'gone') && !isRefusedAs(error, 'no-permission')) throw error;
      await this.#post(where, shown, urgency);
    }
  }

  /**
   * Where nobody can know whether it arrived it is sent again: words that stand there twice do less harm than words that
   * are missing.
   */
  async #post(where: Where, shown: View, urgency: Urgency): Promise<void> {
    const signal = this.#options.lifetime.deadline(answerWithinMs);
    const outbound = this.#outboundFor(urgency);
    const one = (part: Part) => retry(signal, (left) => outbound.post(where, [part], left));
    for (const part of renderView(shown)) await finishStarted(() => one(part), signal);
  }

  #outboundFor(urgency: Urgency): Outbound {
    return urgency === 'help' ? this.#options.outboundForHelp : this.#options.outbound;
  }

  /** Ends the waiting that the button shows. Too late for that is no error. */
  async #acknowledge({ callback }: Press, what: object): Promise<void> {
    const { api } = this.#options;
    const body = { callback_query_id: callback, ...what };
    const signal = AbortSignal.timeout(acknowledgeWithinMs);
    await retry(signal, (left) => api.call('answerCallbackQuery', body, left)).catch((error: unknown) => {
      if (failureOf(error).kind !== 'refused') throw error;
    });
  }

  #read(asked: RequestBody): Intake {
    return this.#options.inbox.read(asked, { opensForms: false });
  }

  #request({ id, account, locale, at }: Who, community: string | null, place: Place): Request {
    const caller = { platform: 'telegram', account, community, locale, communityLocale: null, zone: null, claims: [] };
    return { id, caller, place, at: at ?? this.#options.clock.now() };
  }
}

function askedIn(incoming: Alone | Press): RequestBody {
  return incoming.kind === 'no-words' ? { kind: 'wordless' } : incoming.asked;
}

/** Not a platform that is away: trying again would not mend it. */
function isOurs(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === 'bug' || (failure.kind === 'refused' && refusalOf(failure) === 'invalid');
}

/** No form opens here: each is asked one question at a time. Null where nothing is to be shown. */
function shown(answer: Answer): ShownAnswer | null {
  if (answer.kind === 'open') throw new Error('A form came where none was expected');
  return answer.kind === 'nothing' ? null : answer;
}

function placeKey({ chat, topic }: Where): string {
  return `${chat}/${topic ?? ''}`;
}

function privateChat(account: string): Where {
  return { chat: account, topic: null };
}

function placeOf({ chat, topic }: Where): Place {
  return topic === null ? { kind: 'channel', channel: chat } : { kind: 'thread', channel: chat, thread: String(topic) };
}

/** Buttons that anyone could press, and that would answer one: they wait in the private chat. */
function withoutPresses(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    if (block.kind === 'choice' || block.kind === 'scale') return [];
    if (block.kind !== 'actions') return [block];
    const links = block.buttons.filter(({ kind }) => kind === 'link');
    return links.length === 0 ? [] : [{ ...block, buttons: links }];
  });
}
