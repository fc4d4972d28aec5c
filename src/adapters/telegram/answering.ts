import type { Answer } from '../../core/conversation/answer.ts';
import type { Definitions } from '../../core/conversation/inbox.ts';
import type { Expected, Inbox } from '../../core/conversation/platform.ts';
import type { Asked, Place, Request } from '../../core/conversation/request.ts';
import { UnderWay } from '../../core/conversation/under-way.ts';
import { actions, type Block, text, type View, view } from '../../core/conversation/view.ts';
import { within } from '../../core/deadline.ts';
import type { Content } from '../../core/deps.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Words } from '../../core/words/words.ts';
import type { BotApi } from './bot-api.ts';
import { linkToAction, linkToCommand } from './deep-link.ts';
import { failureOf, isRefusedAs, reasonOf, refusalOf } from './failure.ts';
import { InOrder } from './in-order.ts';
import type { GroupCommand, Incoming } from './inbound.ts';
import type { Where } from './names.ts';
import type { Outbound } from './outbound.ts';
import { persist, toTheEnd } from './persist.ts';
import { type Part, renderView } from './render.ts';
import type { Standing } from './standing.ts';

export interface AnsweringOptions {
  readonly inbox: Inbox;
  readonly api: BotApi;
  readonly outbound: Outbound;
  readonly standing: Standing;
  readonly definitions: Definitions;
  readonly wordsFor: Content['wordsFor'];
  readonly clock: Clock;
  readonly log: Log;
  /** The bot's own, without "@". */
  readonly username: string;
  /** How long what was asked waits for someone to press Start. An hour, where nothing else is said. */
  readonly startWithinMs?: number;
}

const answerWithinMs = 60_000;
/** Telegram forgets the press of a button sooner than that. */
const acknowledgeWithinMs = 10_000;
/** Who may be in danger waits no longer than this for Telegram to say whether they are in a group. */
const urgentMs = 300;
/** How many answers wait for someone to press Start. */
const waitingMax = 10_000;
const startUsuallyWithinMs = 3_600_000;

type Alone = Extract<Incoming, { kind: 'words' | 'no-words' }>;
type Press = Extract<Incoming, { kind: 'press' }>;
type Shown = Exclude<Answer, { kind: 'open' }>;

/** Everything that people do with the bot: nothing of it is waited for, and each person's is done in its order. */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #underWay = new UnderWay();
  readonly #inOrder = new InOrder();
  /** The last word of where answers are, by group and topic: one stands there, however often it is asked. */
  readonly #doors = new Map<string, number>();
  /** What was asked in a group by who cannot be written to yet, by account: answered when they come. */
  readonly #waiting = new Map<string, { readonly request: Request; readonly until: number }>();

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  /** What could not be shown was done all the same: the next answer tells. */
  answer(incoming: Alone | Press | GroupCommand): void {
    if (incoming.kind === 'group-command') return this.#answerInGroup(incoming);
    const { id, asked, where } = { asked: noWords, ...incoming };
    const { urgent } = this.#expects(id, asked, where);
    const work = () => (incoming.kind === 'press' ? this.#press(incoming) : this.#alone(incoming, urgent));
    this.#begin(() => (urgent ? work() : this.#inOrder.after(incoming.account, work)));
  }

  /** Resolves when everything that was begun is done. */
  finished(): Promise<void> {
    return this.#underWay.finished();
  }

  #begin(work: () => Promise<void>): void {
    this.#underWay.begin(work, (error) => {
      const about = { platform: 'telegram', reason: reasonOf(error), error };
      this.#options.log.warn('an answer could not be shown', about);
    });
  }

  async #alone(incoming: Alone, urgent: boolean): Promise<void> {
    const { definitions, wordsFor, inbox } = this.#options;
    const { where, locale } = incoming;
    await this.#orHelp(where, locale, async () => {
      if (incoming.kind === 'no-words') {
        const words = wordsFor(locale);
        return this.#post(where, view(text(words.text('telegram.only-words')), definitions.menu(words).blocks));
      }
      const request = this.#waitingFor(incoming) ?? (await this.#requestAlone(incoming, urgent));
      await this.#post(where, shown(await inbox.receive(request)).view);
    });
  }

  async #requestAlone(incoming: Extract<Alone, { kind: 'words' }>, urgent: boolean): Promise<Request> {
    const community = await this.#communityOf(incoming, urgent);
    return this.#request(incoming, incoming.asked, community, { kind: 'private' });
  }

  /** The same request once more gets the same answer: what they asked before they could be written to. */
  #waitingFor({ account, asked, group }: Extract<Alone, { kind: 'words' }>): Request | undefined {
    if (group === null || asked.kind !== 'typed' || asked.name !== 'start') return undefined;
    const waiting = this.#waiting.get(account);
    this.#waiting.delete(account);
    return waiting !== undefined && performance.now() < waiting.until ? waiting.request : undefined;
  }

  /** The group that the address named which they followed, if they are in it. */
  async #communityOf({ group, account }: Extract<Alone, { kind: 'words' }>, urgent: boolean): Promise<string | null> {
    if (group === null) return null;
    const isIn = this.#options.standing.isIn(group, account).catch(() => false);
    return (await (urgent ? within(urgentMs, isIn, false) : isIn)) ? group : null;
  }

  async #press(press: Press): Promise<void> {
    if (press.inGroup) return this.#pressInGroup(press);
    const { where, locale, asked, message } = press;
    this.#begin(() => this.#acknowledge(press, {}));
    await this.#orHelp(where, locale, async () => {
      const answer = shown(await this.#options.inbox.receive(this.#request(press, asked, null, { kind: 'private' })));
      if (answer.kind === 'replace' && message !== null) await this.#change(where, message, answer.view);
      else await this.#post(where, answer.view);
    });
  }

  /** A message that all can read is no place for what is for one alone: that is shown in their private chat. */
  async #pressInGroup(press: Press): Promise<void> {
    const { inbox, wordsFor } = this.#options;
    const { where, account, locale, asked, message } = press;
    const answer = shown(await inbox.receive(this.#request(press, asked, where.chat, placeOf(where))));
    if (answer.audience === 'channel') {
      await this.#acknowledge(press, {});
      if (answer.kind === 'replace' && message !== null) return this.#change(where, message, answer.view);
      return this.#post(where, answer.view);
    }
    try {
      await this.#post(privateChat(account), answer.view);
    } catch (error) {
      const closed = isRefusedAs(error, 'closed-dm') && asked.kind === 'action';
      await this.#acknowledge(press, closed ? this.#wayToButton(asked.token, where, locale) : {});
      if (closed) return;
      throw error;
    }
    await this.#acknowledge(press, { text: wordsFor(locale).text('telegram.in-chat') });
  }

  /** Where the address has no room for the button, a toast says to ask again. */
  #wayToButton(token: string, { chat }: Where, locale: string): { url: string; text?: string } {
    const { username, wordsFor } = this.#options;
    const url = linkToAction(username, token);
    if (url !== null) return { url };
    return { url: linkToCommand(username, 'start', chat), text: wordsFor(locale).text('telegram.no-way') };
  }

  /**
   * What was typed is taken away, the group is told where answers are, and the answer itself goes to the private chat.
   * Each goes on by itself: none waits for another, or fails with it.
   */
  #answerInGroup(command: GroupCommand): void {
    const { definitions, username, inbox } = this.#options;
    const { addressed, account, where, message } = command;
    const name = command.name.toLowerCase();
    const isKnown = definitions.commands.some((one) => one.name === name);
    // Where there are other bots, it may be theirs.
    const isOurs = addressed === null ? isKnown : addressed.toLowerCase() === username.toLowerCase();
    if (!isOurs) return;
    const asked: Asked = { kind: 'typed', name, rest: command.rest };
    const { audience, stays, urgent } = this.#expects(command.id, asked, where);
    this.#begin(() => this.#takeAway(where, message));
    if (audience === 'channel' && account !== null)
      return this.#begin(async () => {
        const request = this.#request({ ...command, account }, asked, where.chat, placeOf(where));
        await this.#post(where, shown(await inbox.receive(request)).view);
      });
    // Whose command it was is known: the way in does not say which. Of who is not named nothing else is kept.
    const leadsTo = account === null && isKnown ? name : 'start';
    this.#begin(() => (stays === 'both' ? this.#helpForAll(command) : this.#door(command, leadsTo)));
    if (account === null || !isKnown) return;
    const work = () => this.#answerPrivately({ ...command, account }, asked);
    this.#begin(() => (urgent ? work() : this.#inOrder.after(account, work)));
  }

  /** Who never wrote to the bot cannot be written to: the group shows the way. */
  async #answerPrivately(command: GroupCommand & { readonly account: string }, asked: Asked): Promise<void> {
    const { where, account, locale } = command;
    const alone = privateChat(account);
    await this.#orHelp(alone, locale, async () => {
      const request = this.#request(command, asked, where.chat, placeOf(where));
      await this.#post(alone, shown(await this.#options.inbox.receive(request)).view).catch((error: unknown) => {
        if (!isRefusedAs(error, 'closed-dm')) throw error;
        this.#keepWaiting(account, request);
      });
    });
  }

  #keepWaiting(account: string, request: Request): void {
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= waitingMax) this.#waiting.delete(oldest);
    const { startWithinMs = startUsuallyWithinMs } = this.#options;
    const waiting = { request, until: performance.now() + startWithinMs };
    this.#waiting.set(account, waiting);
    // What someone wrote stays in memory no longer than it can be answered.
    const forget = () => this.#waiting.get(account) === waiting && this.#waiting.delete(account);
    setTimeout(forget, startWithinMs).unref();
  }

  /** Numbers to call, addressed to nobody: whoever asked, and what they wrote with it, stays out of it. */
  async #helpForAll(command: GroupCommand): Promise<void> {
    const { where, name, locale } = command;
    const nobody = { ...command, id: `${command.id} for all`, account: `nobody in ${where.chat}` };
    const asked: Asked = { kind: 'typed', name: name.toLowerCase(), rest: '' };
    const answer = shown(await this.#options.inbox.receive(this.#request(nobody, asked, where.chat, placeOf(where))));
    await this.#post(where, view(withoutPresses(answer.view.blocks), this.#wayIn(where, name, locale)));
  }

  async #door({ where, locale }: GroupCommand, name: string): Promise<void> {
    const key = `${where.chat}/${where.topic ?? ''}`;
    const parts = renderView(view(this.#wayIn(where, name, locale)));
    const [sent] = await this.#options.outbound.post(where, parts, AbortSignal.timeout(answerWithinMs));
    const before = this.#doors.get(key);
    if (sent !== undefined) this.#doors.set(key, sent.id);
    if (before !== undefined) await this.#takeAway(where, before);
  }

  #wayIn(where: Where, name: string, locale: string): readonly Block[] {
    const words = this.#options.wordsFor(locale);
    const href = linkToCommand(this.#options.username, name.toLowerCase(), where.chat);
    return [
      text(words.text('telegram.door')),
      actions({ kind: 'link', label: words.text('telegram.open-chat'), href }),
    ];
  }

  /** Where the bot may not, it stands. */
  async #takeAway(where: Where, message: number): Promise<void> {
    const signal = AbortSignal.timeout(answerWithinMs);
    await this.#options.outbound.remove(where, message, signal).catch((error: unknown) => {
      if (failureOf(error).kind !== 'refused') throw error;
    });
  }

  /** Whatever is wrong with an answer, the one who asks is not left without the way to a person. */
  async #orHelp(where: Where, locale: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'bug' || (failure.kind === 'refused' && refusalOf(failure) === 'invalid'))
        await this.#post(where, this.#help(this.#options.wordsFor(locale)));
      throw error;
    }
  }

  #help(words: Words): View {
    return view(text(words.text('refused.failed')), this.#options.definitions.menu(words).blocks);
  }

  /** A message that cannot be changed any more is followed by another. */
  async #change(where: Where, message: Press['message'] & object, shown: View): Promise<void> {
    const signal = AbortSignal.timeout(answerWithinMs);
    try {
      await this.#options.outbound.change(where, message, renderView(shown), signal);
    } catch (error) {
      if (!isRefusedAs(error, 'gone') && !isRefusedAs(error, 'no-permission')) throw error;
      await this.#post(where, shown);
    }
  }

  /**
   * Where nobody can know whether it arrived it is sent again: words that stand there twice do less harm than words that
   * are missing.
   */
  async #post(where: Where, shown: View): Promise<void> {
    const signal = AbortSignal.timeout(answerWithinMs);
    const one = (part: Part) => persist(signal, (left) => this.#options.outbound.post(where, [part], left));
    for (const part of renderView(shown)) await toTheEnd(() => one(part), signal);
  }

  /** Ends the waiting that the button shows. Too late for that is no error. */
  async #acknowledge({ callback }: Press, what: object): Promise<void> {
    const { api } = this.#options;
    const body = { callback_query_id: callback, ...what };
    const signal = AbortSignal.timeout(acknowledgeWithinMs);
    await persist(signal, (left) => api.call('answerCallbackQuery', body, left)).catch((error: unknown) => {
      if (failureOf(error).kind !== 'refused') throw error;
    });
  }

  #expects(id: string, asked: Asked, where: Where): Expected {
    const nobody = { id, account: '', locale: 'en', at: null };
    return this.#options.inbox.expects(this.#request(nobody, asked, null, placeOf(where)));
  }

  #request(
    { id, account, locale, at }: Pick<Alone, 'id' | 'account' | 'locale' | 'at'>,
    asked: Asked,
    community: string | null,
    place: Place,
  ): Request {
    const caller = { platform: 'telegram', account, community, locale, zone: null, claims: [] };
    return { id, caller, place, at: at ?? this.#options.clock.now(), asked };
  }
}

const noWords: Asked = { kind: 'text', text: '' };

/** No form opens here: each is asked one question at a time. */
function shown(answer: Answer): Shown {
  if (answer.kind === 'open') throw new Error('A form came where none was expected');
  return answer;
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
