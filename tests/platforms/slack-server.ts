import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { Changes } from './changes.ts';
import { Faults } from './faults.ts';
import { Api, type HistoryEntry } from './slack/api.ts';
import { Deliveries, type Delivery } from './slack/deliveries.ts';
import type { Fault } from './slack/fault.ts';
import { OAuth } from './slack/oauth.ts';
import { type Seen, wordsOf } from './slack/seen.ts';
import { Slack } from './slack/slack.ts';
import { Teller } from './slack/teller.ts';
import { type Channel, type Json, newId, type Team, type User } from './slack/world.ts';
import { Violations } from './violations.ts';

export interface SlackServerOptions {
  /** How long a person of the test waits for an answer. */
  readonly answerWithinMs?: number;
  /** How long the first token of an installation lasts; for ever by default. */
  readonly tokensLastSeconds?: number;
}

interface UserOptions {
  readonly admin?: boolean;
  readonly owner?: boolean;
  readonly tz?: string;
  readonly locale?: string;
  readonly team?: Team;
}

/**
 * A server on loopback that speaks Slack's protocols (Web API, Socket Mode, HTTP), for tests of what uses the real Bolt.
 * It keeps what arrived, holds every payload to Slack's limits, and fails the test on what breaks them.
 */
export class SlackServer {
  readonly botToken = 'xoxb-of-the-tests';
  readonly appToken = 'xapp-of-the-tests';
  readonly signingSecret = 'a-signing-secret-of-the-tests';
  readonly clientId = '1.2';
  readonly clientSecret = 'a-client-secret-of-the-tests';
  /** Every request that arrived, in order. */
  readonly requests: readonly HistoryEntry[];
  readonly #http: Server;
  readonly #slack: Slack;
  readonly #faults = new Faults<Fault>();
  readonly #violations = new Violations();
  readonly #deliveries: Deliveries;
  readonly #teller: Teller;
  readonly #oauth: OAuth;
  readonly #people = new Map<string, Person>();
  readonly #answerWithinMs: number;
  readonly #sockets = new WebSocketServer({ noServer: true });

  private constructor({ answerWithinMs = 15_000, tokensLastSeconds }: SlackServerOptions) {
    const { clientId, clientSecret, appToken } = this;
    this.#answerWithinMs = answerWithinMs;
    this.#slack = new Slack(new Changes(), this.#violations);
    const url = () => this.url;
    const history: HistoryEntry[] = [];
    this.requests = history;
    this.#oauth = new OAuth({
      clientId,
      clientSecret,
      appId: this.#slack.appId,
      lastSeconds: tokensLastSeconds ?? null,
    });
    const api = new Api({ slack: this.#slack, faults: this.#faults, history, oauth: this.#oauth, appToken, url });
    this.#deliveries = new Deliveries(this.#slack, this.signingSecret);
    this.#teller = new Teller({ slack: this.#slack, deliveries: this.#deliveries, url, answerWithinMs });
    this.#slack.team('Loopback').tokens.add(this.botToken);
    this.#http = createServer((request, response) => void api.serve(request, response));
    this.#http.on('upgrade', (request, socket, head) =>
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#deliveries.connected(opened)),
    );
  }

  static async start(options: SlackServerOptions = {}): Promise<SlackServer> {
    const server = new SlackServer(options);
    await new Promise<void>((listening) => server.#http.listen(0, '127.0.0.1', listening));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** What SLACK_API_URL is to be. */
  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  /** Where Slack calls the bot; null: over its sockets. */
  set requestUrl(url: string | null) {
    this.#deliveries.requestUrl = url;
  }

  /** Everything that the bot was told of. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries.all;
  }

  get sockets() {
    const { sockets, hellos } = this.#deliveries;
    return {
      connected: sockets.size,
      hellos,
      /** The connections break. */
      drop: () => {
        for (const socket of sockets) socket.terminate();
      },
      /** Slack wants a new connection, as it does every few hours. */
      refresh: () => {
        for (const socket of sockets) socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
      },
    };
  }

  team(name: string): Team {
    return this.#slack.team(name);
  }

  /** The person of that name. */
  user(name: string, options: UserOptions = {}): Person {
    const found = this.#people.get(name);
    if (found !== undefined) return found;
    const { team = this.team('Loopback'), admin = false, owner = false, tz = 'UTC', locale = 'en-US' } = options;
    const user: User = { id: newId('U'), name, team, admin, owner, tz, locale, takesMessages: true };
    team.users.push(user);
    const person = new Person(this.#teller, this.#slack, user);
    this.#people.set(name, person);
    return person;
  }

  /** What everyone in a channel can read. */
  publiclySeen(channel: Channel): string {
    const all = this.#slack.messages.filter((one) => one.channel === channel && one.onlyFor === null);
    return all.flatMap(wordsOf).join('\n');
  }

  requestsOf(method: string): readonly HistoryEntry[] {
    return this.requests.filter((each) => each.method === method);
  }

  /** Makes the next requests go wrong. */
  fault(on: string, fault: Fault, times = 1): void {
    this.#faults.plan(on, fault, times);
  }

  /** Tells the bot of something once more, as when it was not acknowledged. */
  tellAgain({ type, payload }: Delivery): Delivery {
    return this.#deliveries.tell(type, payload);
  }

  /** Tells the bot of an event. */
  event(team: Team, event: Json): Delivery {
    return this.#deliveries.tell('events_api', this.#teller.event(team.id, event));
  }

  signed(body: string, secret?: string, at?: number): Record<string, string> {
    return this.#deliveries.signed(body, secret, at);
  }

  /** Tells the bot this, whatever it is. */
  envelope(type: Delivery['type'], payload: unknown): Delivery {
    return this.#deliveries.tell(type, payload as Json);
  }

  /** What Slack's page of consent sends back. */
  codeFor(team: Team, by: Person): string {
    return this.#oauth.codeFor(team, by.user);
  }

  /** What was written so far, and is looked at no more: for long runs. */
  forget(): void {
    this.#slack.messages.length = 0;
  }

  /** Waits for something that is to be seen on this server. */
  async until<T>(what: string, look: () => T | null | false): Promise<T> {
    return this.#slack.changes.until(what, look, this.#answerWithinMs);
  }

  /** The violations so far, which then fail nothing: for tests that plant them. */
  takeViolations(): readonly string[] {
    return this.#violations.take();
  }

  async close(): Promise<void> {
    for (const socket of this.#deliveries.sockets) socket.terminate();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise((closed) => this.#http.close(closed));
    this.#violations.check();
  }
}

/** Someone on Slack. */
export class Person {
  readonly user: User;
  readonly #teller: Teller;
  readonly #slack: Slack;

  constructor(teller: Teller, slack: Slack, user: User) {
    this.#teller = teller;
    this.#slack = slack;
    this.user = user;
  }

  get id(): string {
    return this.user.id;
  }

  in(channel: Channel) {
    const [teller, user] = [this.#teller, this.user];
    return {
      /** What stands behind "/handrail". */
      slash: (text: string) => teller.slash(user, channel, text),
      messageShortcut: (callbackId: string, text: string) =>
        teller.shortcut(user, callbackId, { channel, message: this.#slack.written(channel, user, text) }),
      looks: (): Seen => teller.looks(user, channel),
    };
  }

  /** In their private chat with the bot. */
  get alone() {
    return this.in(this.user.team.aloneWith(this.user));
  }

  shortcut(callbackId: string): Promise<Seen> {
    return this.#teller.shortcut(this.user, callbackId, null);
  }

  /** Writes to the bot alone, and sees what it answers. */
  dm(text: string): Promise<Seen> {
    return this.#teller.writes(this.user, text);
  }

  opensHome(): Promise<Seen> {
    return this.#teller.opensHome(this.user);
  }

  closesDms(): void {
    this.user.takesMessages = false;
  }
}
