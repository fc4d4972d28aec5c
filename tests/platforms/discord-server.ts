import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Changes } from './changes.ts';
import type { Channel } from './discord/channel.ts';
import { Discord } from './discord/discord.ts';
import { type Fault, Faults } from './discord/faults.ts';
import { Gateway } from './discord/gateway.ts';
import type { Guild } from './discord/guild.ts';
import { herald } from './discord/herald.ts';
import { Api, type HistoryEntry } from './discord/http.ts';
import { type Interaction, Interactions } from './discord/interactions.ts';
import { Messages } from './discord/messages.ts';
import { readSpec } from './discord/payloads/openapi.ts';
import { Person } from './discord/people.ts';
import { applicationRoutes } from './discord/routes/application.ts';
import { callbackRoute } from './discord/routes/callback.ts';
import { channelRoutes } from './discord/routes/channels.ts';
import { webhookRoutes } from './discord/routes/webhooks.ts';
import { tellAgain } from './discord/tell-bot.ts';
import { wordsOf } from './discord/words.ts';
import { type GuildOptions, World } from './discord/world.ts';
import { Violations } from './violations.ts';

export interface DiscordServerOptions {
  readonly token?: string;
  /** Privileged intents that the application may ask for, as bits. None by default. */
  readonly allowedIntents?: number;
  /** How many shards `GET /gateway/bot` recommends. */
  readonly shards?: number;
  /** How many shards `GET /gateway/bot` lets identify at once. */
  readonly maxConcurrency?: number;
  readonly heartbeatIntervalMs?: number;
  /** How long an interaction waits for its callback. Discord's own 3 s by default. */
  readonly acknowledgeWithinMs?: number;
  /** How long a person of the test waits for an answer. */
  readonly answerWithinMs?: number;
}

/**
 * A server on loopback that speaks Discord's protocol, REST and gateway, for tests of what uses the real discord.js.
 * It keeps what arrived, holds every payload to Discord's limits, and fails the test on what breaks them.
 */
export class DiscordServer {
  readonly token: string;
  /** Every request that arrived, in order. */
  readonly requests: readonly HistoryEntry[];
  readonly gateway: Gateway;
  readonly #http: Server;
  readonly #discord: Discord;
  readonly #faults = new Faults();
  readonly #violations = new Violations();
  readonly #people = new Map<string, Person>();
  #laterMs = 0;

  private constructor(options: DiscordServerOptions) {
    const {
      token = 'a-token-of-the-tests',
      shards = 1,
      maxConcurrency = 1,
      acknowledgeWithinMs = 3_000,
      answerWithinMs = 15_000,
    } = options;
    this.token = token;
    const changes = new Changes();
    const now = () => performance.now() + this.#laterMs;
    const world = new World((...news) => herald(this.#discord, ...news));
    const gatewayUrl = () => `ws://127.0.0.1:${this.#port}`;
    this.gateway = new Gateway({
      world,
      changes,
      token,
      url: gatewayUrl,
      heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
      allowedIntents: options.allowedIntents ?? 0,
    });
    const messages = new Messages(this.#violations, now);
    const interactions = new Interactions(acknowledgeWithinMs, now);
    const history: HistoryEntry[] = [];
    this.requests = history;
    const { gateway } = this;
    this.#discord = new Discord({
      world,
      messages,
      interactions,
      gateway,
      changes,
      history,
      gatewayUrl,
      shards,
      maxConcurrency,
      answerWithinMs,
    });
    const routes = [
      callbackRoute(this.#discord),
      ...webhookRoutes(this.#discord),
      ...channelRoutes(this.#discord),
      ...applicationRoutes(this.#discord),
    ];
    const api = new Api({ routes, token, faults: this.#faults, violations: this.#violations, changes, history });
    this.#http = createServer((request, response) => void api.serve(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.gateway.upgrade(request, socket, head));
  }

  static async start(options: DiscordServerOptions = {}): Promise<DiscordServer> {
    readSpec();
    const server = new DiscordServer(options);
    await new Promise<void>((listening) => server.#http.listen(0, '127.0.0.1', listening));
    return server;
  }

  /** What DISCORD_API_URL is to be: discord.js appends /v10. */
  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Every interaction that was dispatched, with its times. */
  get interactions(): readonly Interaction[] {
    return this.#discord.interactions.all;
  }

  /** Names of the registered commands. */
  get commands(): readonly string[] {
    return this.#discord.commands.map(({ name }) => name);
  }

  /** A guild that the bot is in, or is now added to. */
  guild(name: string, options?: GuildOptions): Guild {
    return this.#discord.world.guild(name, options);
  }

  /** The person of that name. */
  user(name: string): Person {
    const person = this.#people.get(name) ?? new Person(this.#discord, this.#discord.world.user(name));
    this.#people.set(name, person);
    return person;
  }

  /** What everyone in a channel can read. */
  publiclySeen(channel: Channel): string {
    const all = this.#discord.messages.in(channel).filter(({ onlyFor }) => onlyFor === null);
    return all.map(wordsOf).join('\n');
  }

  /** The requests of a route, such as `POST /channels/:channel/messages`. */
  requestsOf(route: string): readonly HistoryEntry[] {
    return this.requests.filter((each) => `${each.method} ${each.route}` === route);
  }

  /** Makes the next requests go wrong. `on`: such as `POST /channels/*\/messages`, where a star is one part. */
  fault(on: string, fault: Fault, times = 1): void {
    this.#faults.plan(on, fault, times);
  }

  /** Tells the bot of an interaction once more, as after a RESUME that went too far back. */
  tellAgain(interaction: Interaction): void {
    tellAgain(this.#discord, interaction);
  }

  /** For Discord this much time has gone by: callbacks come too late, tokens and nonces expire. */
  later({ minutes }: { readonly minutes: number }): void {
    this.#laterMs += minutes * 60_000;
  }

  /** Waits for something that is to be seen on this server. */
  async until<T>(what: string, look: () => T | null | false): Promise<T> {
    return this.#discord.changes.until(what, look, this.#discord.answerWithinMs);
  }

  /** The violations so far, which then fail nothing: for tests that plant them. */
  takeViolations(): readonly string[] {
    return this.#violations.take();
  }

  /** Throws when the bot sent what Discord would not take, or what we never send. */
  check(): void {
    this.#violations.check();
  }

  async close(): Promise<void> {
    await this.gateway.close();
    this.#http.closeAllConnections();
    await new Promise((closed) => this.#http.close(closed));
    this.check();
  }

  get #port(): number {
    return (this.#http.address() as AddressInfo).port;
  }
}
