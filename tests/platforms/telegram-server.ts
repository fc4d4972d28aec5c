import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Changes } from './changes.ts';
import { Faults } from './faults.ts';
import { Api, type HistoryEntry, whose } from './telegram/api.ts';
import type { Fault } from './telegram/fault.ts';
import { MessageLimits } from './telegram/limits.ts';
import { type Seen, wordsOf } from './telegram/seen.ts';
import { asJson, chatJson, Telegram } from './telegram/telegram.ts';
import { type Saying, Teller } from './telegram/teller.ts';
import { type Delivery, Updates } from './telegram/updates.ts';
import type { Chat, Json, User } from './telegram/world.ts';
import { Violations } from './violations.ts';

export interface TelegramServerOptions {
  /** How long a person of the test waits for an answer. */
  readonly answerWithinMs?: number;
  /** Takes no more messages than Telegram does; else it takes any number. */
  readonly limited?: boolean;
}

/**
 * A server on loopback that speaks Telegram's Bot API (long polling and webhook), for tests of what uses the real
 * Telegraf. It keeps what arrived, holds every payload to Telegram's limits, and fails the test on what breaks them.
 */
export class TelegramServer {
  readonly token = '7000000001:a-token-of-the-tests';
  /** Every request that arrived, in order. */
  readonly requests: readonly HistoryEntry[];
  readonly updates: Updates;
  readonly #http: Server;
  readonly #telegram: Telegram;
  readonly #faults = new Faults<Fault>();
  readonly #history: HistoryEntry[] = [];
  readonly #violations = new Violations();
  readonly #teller: Teller;
  readonly #people = new Map<string, Person>();
  readonly #answerWithinMs: number;

  private constructor({ answerWithinMs = 15_000, limited = false }: TelegramServerOptions) {
    this.#answerWithinMs = answerWithinMs;
    const changes = new Changes();
    this.#telegram = new Telegram(changes, this.#violations);
    this.updates = new Updates(changes);
    this.requests = this.#history;
    const { updates, token } = this;
    const telegram = this.#telegram;
    const limits = limited ? new MessageLimits() : null;
    const api = new Api({ telegram, updates, faults: this.#faults, history: this.#history, token, limits });
    this.#teller = new Teller({ telegram, updates, answerWithinMs });
    this.#http = createServer((request, response) => void api.serve(request, response));
  }

  static async start(options: TelegramServerOptions = {}): Promise<TelegramServer> {
    const server = new TelegramServer(options);
    await new Promise<void>((listening) => server.#http.listen(0, '127.0.0.1', listening));
    return server;
  }

  /** What TELEGRAM_API_ROOT is to be. */
  get apiRoot(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get me() {
    return this.#telegram.me;
  }

  /** The person of that name. */
  user(name: string, { language = 'en' }: { readonly language?: string } = {}): Person {
    const found = this.#people.get(name);
    if (found !== undefined) return found;
    const user = this.#telegram.user(name, language);
    const person = new Person(this.#teller, user, this.#telegram.aloneWith(user));
    this.#people.set(name, person);
    return person;
  }

  /** A group in which the bot is not yet. */
  group(title: string, about: { readonly forum?: boolean; readonly type?: Chat['type'] } = {}): Chat {
    return this.#telegram.group(title, about);
  }

  adds(chat: Chat, by: Person): Delivery {
    chat.botIsIn = true;
    return this.#botIs(chat, by, 'left', 'member');
  }

  removes(chat: Chat, by: Person): Delivery {
    chat.botIsIn = false;
    return this.#botIs(chat, by, 'member', 'kicked');
  }

  /** The group becomes a supergroup, and gets another identifier. The bot is told in both. */
  migrates(chat: Chat): Chat {
    const to = this.#telegram.group(chat.title);
    to.botIsIn = true;
    for (const [user, status] of chat.statuses) to.statuses.set(user, status);
    chat.migratedTo = to.id;
    const told = (where: Chat, about: Json) => {
      const base = { message_id: this.#telegram.newId(), date: Math.floor(Date.now() / 1_000) };
      this.updates.tell({ message: { ...base, chat: chatJson(where), ...about } });
    };
    told(chat, { migrate_to_chat_id: to.id });
    told(to, { migrate_from_chat_id: chat.id });
    return to;
  }

  /** What the bot shows to everyone in a group. */
  publiclySeen(chat: Chat): string {
    const all = this.#telegram.messages.filter((one) => one.chat === chat && one.author === null && !one.gone);
    return all.map(wordsOf).join('\n');
  }

  /** What people have written there, and what nobody has removed. */
  standing(chat: Chat): readonly string[] {
    const all = this.#telegram.messages.filter((one) => one.chat === chat && one.author !== null && !one.gone);
    return all.map(({ text }) => text);
  }

  /** The menu of a scope, in a language: names. */
  menu(type: string, language = ''): readonly string[] {
    const all = this.#telegram.commands.get(whose({ scope: { type }, language_code: language })) ?? [];
    return all.map(({ command }) => String(command));
  }

  /** Presses of buttons that still wait for an answer. */
  get unanswered(): number {
    return [...this.#telegram.callbacks.values()].filter(({ answer }) => answer === null).length;
  }

  requestsOf(method: string): readonly HistoryEntry[] {
    return this.requests.filter((each) => each.method === method);
  }

  /** Makes the next requests go wrong. */
  fault(on: string, fault: Fault, times = 1): void {
    this.#faults.plan(on, fault, times);
  }

  /** What was written so far is not looked at any more. */
  forgetMessages(): void {
    this.#telegram.messages.length = 0;
  }

  /** Nothing of what happened so far is kept: for long runs. */
  forget(): void {
    this.forgetMessages();
    this.#history.length = 0;
    this.updates.forget();
  }

  /** Waits for something that is to be seen on this server. */
  until<T>(what: string, look: () => T | null | false): Promise<T> {
    return this.#telegram.changes.until(what, look, this.#answerWithinMs);
  }

  /** The violations so far, which then fail nothing: for tests that plant them. */
  takeViolations(): readonly string[] {
    return this.#violations.take();
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((closed) => this.#http.close(closed));
    this.#violations.check();
  }

  #botIs(chat: Chat, by: Person, before: string, now: string): Delivery {
    const member = (status: string) => ({ status, user: this.me });
    const date = Math.floor(Date.now() / 1_000);
    const from = asJson(by.user);
    return this.updates.tell({
      my_chat_member: {
        chat: chatJson(chat),
        from,
        date,
        old_chat_member: member(before),
        new_chat_member: member(now),
      },
    });
  }
}

/** Someone on Telegram. */
export class Person {
  readonly user: User;
  readonly #teller: Teller;
  readonly #alone: Chat;

  constructor(teller: Teller, user: User, alone: Chat) {
    this.#teller = teller;
    this.user = user;
    this.#alone = alone;
  }

  get id(): string {
    return String(this.user.id);
  }

  in(chat: Chat) {
    const [teller, user] = [this.#teller, this.user];
    if (!chat.statuses.has(user.id)) chat.statuses.set(user.id, 'member');
    return {
      says: (text: string, saying?: Saying) => teller.says(user, chat, text, saying),
      /** Says it, and waits for nothing. */
      tells: (text: string, saying?: Saying) => teller.tells(user, chat, text, saying),
      looks: (): Seen => teller.looks(user, chat),
    };
  }

  /** In their private chat with the bot. */
  get alone() {
    return this.in(this.#alone);
  }

  administers(chat: Chat, status: 'administrator' | 'creator' = 'administrator'): this {
    chat.statuses.set(this.user.id, status);
    return this;
  }

  leaves(chat: Chat): void {
    if (chat.statuses.get(this.user.id) === 'restricted') chat.restrictedAndGone.add(this.user.id);
    else chat.statuses.set(this.user.id, 'left');
  }

  /** They stay in the group, and may do less there. */
  isRestrictedIn(chat: Chat): this {
    chat.statuses.set(this.user.id, 'restricted');
    return this;
  }

  follows(url: string): Promise<Seen> {
    return this.#teller.follows(this.user, url);
  }

  blocks(): void {
    this.user.blocked = true;
  }
}
