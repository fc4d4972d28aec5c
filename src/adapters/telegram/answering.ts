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
  /** The same, with priority, for help. */
  readonly outboundForHelp: Outbound;
  readonly groupMembers: GroupMembers;
  readonly commands: readonly CommandSpec[];
  readonly wordsFor: Host['wordsFor'];
  readonly clock: Clock;
  readonly lifetime: Pick<Lifetime, 'deadline' | 'isOver'>;
  readonly log: Log;
  /** The bot's username, without "@". */
  readonly username: () => string;
  /** How long a request waits for its author to press Start: one hour by default. */
  readonly startWithinMs?: number;
}

const answerWithinMs = 60_000;
/** Telegram forgets a button press before this time is over. */
const acknowledgeWithinMs = 10_000;
/** The longest wait for a membership check of someone who may be in danger. */
const urgentMs = 300;
/** The same person gets the same help at most once in this time. */
const sameHelpMs = 5_000;
/** More people than ask for help in that time. A cache takes its memory at once. */
const helpShownMax = 2_000;
/** A public help message is posted in a group at most once in this time. */
const publicHelpMs = 60_000;
/** Above this count no usual request is started, because it would be late and would delay all others. */
const underWayMax = 2_000;
/** How often the log reports that this count was reached. */
const tellFullMs = 30_000;
/** How many requests may wait for someone to press Start. */
const waitingMax = 10_000;
const startUsuallyWithinMs = 3_600_000;

type Alone = Extract<Incoming, { kind: 'words' | 'no-words' }>;
type Press = Extract<Incoming, { kind: 'press' }>;
type Who = Pick<Alone, 'id' | 'account' | 'locale' | 'at'>;

interface Waiting {
  readonly asked: RequestBody;
  readonly request: Request;
}

/** Answers what people do with the bot: in order for each person, except help, which waits for nothing. */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #backgroundTasks = new BackgroundTasks();
  readonly #inOrder = new InOrder();
  readonly #helpShown = new RecentIds(sameHelpMs, helpShownMax);
  readonly #helpForAllShown = new RecentIds(publicHelpMs, helpShownMax);
  readonly #toldFull = new RecentIds(tellFullMs, 1);
  /** The newest link to the private chat, by group and topic. It replaces the one before, so that only one is there. */
  readonly #doors = new Map<string, number>();
  /** The places where such a link is being posted, so that none queue up while the group is rate limited. */
  readonly #doorsOnTheirWay = new Set<string>();
  /** Requests from groups by people whom the bot cannot message yet, by account: answered when they press Start. */
  readonly #waiting: LRUCache<string, Waiting>;

  constructor(options: AnsweringOptions) {
    this.#options = options;
    const { startWithinMs: ttl = startUsuallyWithinMs } = options;
    // Purges expired requests, because nobody's text stays in memory longer than it can be answered.
    this.#waiting = new LRUCache({ max: waitingMax, ttl, ttlAutopurge: true });
  }

  /**
   * Resolves when the request is done and shown. A failure to show it is only logged, because the request is done and
   * the next answer reflects it.
   */
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

  /** Sends help to whoever wrote something of concern, before the answer and independent of it. */
  #helpFirst(intake: Intake, who: Who, to: Where): Promise<void> {
    const { caller, at } = this.#request(who, null, { kind: 'private' });
    const help = intake.help(caller, at);
    const shownAs = `${who.account} concern ${intake.concern?.category}`;
    if (help === null || this.#helpShown.again(shownAs)) return Promise.resolve();
    return this.#begin(async () => {
      try {
        await this.#post(to, await help, 'help');
      } catch (error) {
        // Sends it again once they press Start, because a closed chat did not show it.
        this.#helpShown.forget(shownAs);
        throw error;
      }
    });
  }

  /** False for help that was just shown, and for usual requests while too many wait. */
  #takes(account: string, where: Where, { urgency, sameHelp }: Expected): boolean {
    if (urgency === 'help') return !this.#helpShown.again(`${account} ${where.chat} ${sameHelp}`);
    if (this.#inOrder.isFull(account)) return false;
    if (this.#backgroundTasks.count < underWayMax) return true;
    if (!this.#toldFull.again('full')) this.#options.log.warn('too much at once', { platform: 'telegram' });
    return false;
  }

  #inTurn(account: string, urgency: Urgency, work: () => Promise<void>): Promise<void> {
    if (urgency === 'help') return this.#begin(work);
    // Skips queued requests at shutdown, because a long queue would delay it.
    const unlessOver = async () => (this.#options.lifetime.isOver ? undefined : work());
    return this.#begin(() => this.#inOrder.after(account, unlessOver));
  }

  /** Acknowledges a skipped press, because its button shows a progress bar until then. */
  async #skip(incoming: Alone | Press): Promise<void> {
    if (incoming.kind === 'press') await this.#begin(() => this.#acknowledge(incoming, {}));
  }

  /** Resolves when all started work is done. */
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

  /** The request that waited for this person to press Start. It is idempotent, because it keeps its ID. */
  #waitingFor({ account, asked, group }: Extract<Alone, { kind: 'words' }>): Waiting | undefined {
    if (group === null || asked.kind !== 'typed' || asked.name !== 'start') return undefined;
    const waiting = this.#waiting.get(account);
    this.#waiting.delete(account);
    return waiting;
  }

  /** The group that the deep link names, if the person is in it. */
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

  /** Shows a private answer in the private chat, because everyone can read the group's messages. */
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

  /** If the button does not fit into a deep link, a toast says to ask again. */
  #wayToButton(token: string, { chat }: Where, locale: string | null): { url: string; text?: string } {
    const { username, wordsFor } = this.#options;
    const url = linkToAction(username(), token);
    if (url !== null) return { url };
    return { url: linkToCommand(username(), 'start', chat), text: wordsFor(locale).text('telegram.no-way') };
  }

  /**
   * Deletes the command, tells the group where answers are, and sends the answer to the private chat. Each runs
   * independently: none waits for another or fails with it.
   */
  async #answerInGroup(command: GroupCommand): Promise<void> {
    const { username } = this.#options;
    const { addressed, account, where, message } = command;
    const name = command.name.toLowerCase();
    const isKnown = this.#options.commands.some((one) => one.name === name);
    // A command without a bot's name may be meant for another bot.
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
      // The link of a known sender carries no command, because their request is already kept. For an unknown sender it
      // carries the command, because nothing else is kept.
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

  /** Keeps the request if the bot may not message the sender yet. The group's link leads them to the private chat. */
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
        this.#waiting.set(account, { asked, request });
      });
    });
  }

  /** Posts hotlines for everyone, without the sender's name or text. */
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
    return [text(words.text('telegram.door')), actions({ kind: 'link', label: words.text('chat.open'), href })];
  }

  /** Deletes a message. Without the permission to do so, the message stays. */
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

  /** Edits a message, or posts a new one if it can no longer be edited. */
  async #change(where: Where, message: Press['message'] & object, shown: View, urgency: Urgency): Promise<void> {
    const signal = this.#options.lifetime.deadline(answerWithinMs);
    try {
      await this.#outboundFor(urgency).change(where, message, renderView(shown), signal);
    } catch (error) {
      if (!isRefusedAs(error, 'gone') && !isRefusedAs(error, 'no-permission')) throw error;
      await this.#post(where, shown, urgency);
    }
  }

  /** Sends a part again if its arrival is uncertain, because a duplicate does less harm than a missing message. */
  async #post(where: Where, shown: View, urgency: Urgency): Promise<void> {
    const signal = this.#options.lifetime.deadline(answerWithinMs);
    const outbound = this.#outboundFor(urgency);
    const one = (part: Part) => retry(signal, (left) => outbound.post(where, [part], left));
    for (const part of renderView(shown)) await finishStarted(() => one(part), signal);
  }

  #outboundFor(urgency: Urgency): Outbound {
    return urgency === 'help' ? this.#options.outboundForHelp : this.#options.outbound;
  }

  /** Ends the button's progress bar. Being too late is no error. */
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

/** A failure on our side, not an outage of the platform, so a retry would not help. */
function isOurs(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === 'bug' || (failure.kind === 'refused' && refusalOf(failure) === 'invalid');
}

/** The answer to show, or null for none. Never a form, because the core asks its fields one by one here. */
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

/** Removes buttons for a personal answer, because anyone could press them; they are in the private chat. */
function withoutPresses(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    if (block.kind === 'choice' || block.kind === 'scale') return [];
    if (block.kind !== 'actions') return [block];
    const links = block.buttons.filter(({ kind }) => kind === 'link');
    return links.length === 0 ? [] : [{ ...block, buttons: links }];
  });
}
