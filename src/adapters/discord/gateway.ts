import {
  Client,
  type ClientOptions,
  DiscordjsError,
  DiscordjsErrorCodes,
  Events,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayInteractionCreateDispatchData,
  type GatewayMessageCreateDispatchData,
  type GatewayReadyDispatchData,
  type Guild,
  Options,
  Status,
  type WebSocketOptions,
} from 'discord.js';
import { HandrailError } from '../../core/values/errors.ts';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import type { DiscordSettings } from './config.ts';
import { pause } from './retry.ts';

/** The events of the gateway. */
export interface Heard {
  interaction(interaction: GatewayInteractionCreateDispatchData): void;
  message(message: GatewayMessageCreateDispatchData): void;
  /** Shard 0 is connected, which runs in one process only. */
  connected(applicationId: string): void;
  /** A shard has a new session, with these guilds. `mayKnow`: does a guild belong to that shard? */
  present(guilds: readonly Guild[], mayKnow: (guild: string) => boolean): void;
  joined(guild: Guild): void;
  left(guild: Guild): void;
}

const gatewayTimeoutMs = 15_000;
const letGoWithinMs = 3_000;
const nothing = (): void => {};

type GatewaySettings = DiscordSettings & Required<Pick<WebSocketOptions, 'buildIdentifyThrottler'>>;

/** A shard that waits for its guilds is ready too, because it hears requests. */
const readyStates: readonly Status[] = [Status.Ready, Status.WaitingForGuilds];

/** Keeps a connection to Discord while the bot runs: reconnects with growing pauses. */
export class Gateway {
  readonly #settings: GatewaySettings;
  readonly #heard: Heard;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #client: Client | null = null;

  constructor(settings: GatewaySettings, heard: Heard, log: Log) {
    this.#settings = settings;
    this.#heard = heard;
    this.#log = log;
  }

  /** Whether any shard is ready. */
  get connected(): boolean {
    return this.#client?.ws.shards.some(({ status }) => readyStates.includes(status)) ?? false;
  }

  /** Resolves when stopped. @throws HandrailError('bad-configuration') if Discord will never accept the bot */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let tries = 0; !signal.aborted; tries += 1) {
      const { error, wasReady } = await this.#connection(signal);
      if (error instanceof HandrailError) throw error;
      if (wasReady) tries = 0;
      if (signal.aborted) return;
      this.#log.warn('discord cannot be reached, and is tried again', { platform: 'discord', error });
      await pause(tries, signal);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Null while no shard of this process is connected that has this guild. */
  guild(id: string): Guild | null {
    return this.#client?.guilds.cache.get(id) ?? null;
  }

  /** Runs one connection until it ends. discord.js itself resumes it while it can. */
  async #connection(signal: AbortSignal): Promise<{ error: unknown; wasReady: boolean }> {
    const client = new Client(clientOptions(this.#settings));
    this.#client = client;
    let wasReady = false;
    client.once(Events.ClientReady, () => {
      wasReady = true;
    });
    const over = new AbortController();
    const ended = new Promise<unknown>((resolve) => {
      // Only this event carries the close code, because login() throws an error without one.
      client.on(Events.ShardDisconnect, ({ code }) => resolve(refusal(code) ?? new Error(`Gateway closed: ${code}`)));
      signal.addEventListener('abort', () => resolve(null), { signal: over.signal });
    });
    this.#listen(client);
    const login = client.login(this.#settings.token);
    const failed = login.then(
      () => ended,
      // Prefers the close code, because it says more than the error of login().
      (error: unknown) => Promise.race([ended, Promise.resolve(badToken(error) ?? error)]),
    );
    const error = await Promise.race([ended, failed]);
    over.abort();
    this.#client = null;
    // Waits for login() first, because discord.js cannot cancel it: it would go on connecting, or wait forever.
    await withTimeout(letGoWithinMs, login.then(nothing, nothing), undefined);
    await withTimeout(letGoWithinMs, client.destroy().catch(nothing), undefined);
    return { error, wasReady };
  }

  /**
   * Wraps a private method, because discord.js has no public hook. It handles packets from before READY in a timer,
   * where an error would end the process.
   */
  #survivePackets(client: Client): void {
    const packets = client.ws as unknown as PacketHandling;
    const handle = packets.handlePacket.bind(packets);
    packets.handlePacket = (packet, shard) => this.#attempt(packet?.t ?? 'none', () => handle(packet, shard)) ?? true;
  }

  /** Skips a packet that cannot be handled. `event`: Discord's name for the packet's event. */
  #attempt<T>(event: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#log.warn('a packet could not be handled', { platform: 'discord', reason: event, error });
      return undefined;
    }
  }

  #listen(client: Client): void {
    const heard = this.#heard;
    // Listens to raw events, because discord.js holds its own back until all shards are ready, and someone may need an
    // answer before that.
    client.ws.on(GatewayDispatchEvents.InteractionCreate, (data) =>
      this.#attempt(GatewayDispatchEvents.InteractionCreate, () => heard.interaction(data)),
    );
    client.ws.on(GatewayDispatchEvents.MessageCreate, (data) =>
      this.#attempt(GatewayDispatchEvents.MessageCreate, () => heard.message(data)),
    );
    this.#survivePackets(client);
    client.once(Events.ClientReady, ({ application, options: { shards } }) => {
      this.#log.info('connected', { platform: 'discord', count: client.guilds.cache.size });
      if ((shards as readonly number[]).includes(0)) heard.connected(application.id);
    });
    // Compares the guilds after each new session, because discord.js reports joins and leaves only while connected.
    const inReady = new Map<number, readonly string[]>();
    client.ws.on(GatewayDispatchEvents.Ready, ({ guilds }: GatewayReadyDispatchData, shard: number) =>
      inReady.set(
        shard,
        guilds.map(({ id }) => id),
      ),
    );
    client.on(Events.ShardReady, (shard) => {
      const there = (inReady.get(shard) ?? []).flatMap((id) => client.guilds.cache.get(id) ?? []);
      heard.present(there, (guild) => shardOf(guild, client.options.shardCount ?? 1) === shard);
    });
    client.on(Events.GuildCreate, (guild) => heard.joined(guild));
    client.on(Events.GuildDelete, (guild) => heard.left(guild));
    client.on(Events.ShardReconnecting, () => {
      if (!this.#stopping.signal.aborted) this.#log.info('reconnecting', { platform: 'discord' });
    });
    client.on(Events.ShardError, (error) => this.#log.warn('the connection broke', { platform: 'discord', error }));
    client.on(Events.Error, (error) => this.#log.error('discord.js failed', { platform: 'discord', error }));
  }
}

interface PacketHandling {
  handlePacket(packet?: { readonly t: string }, shard?: unknown): boolean;
}

/** Caches no messages and no people except the bot, because answers do not need them. */
function clientOptions({ apiUrl, shards, buildIdentifyThrottler }: GatewaySettings): ClientOptions {
  return {
    ws: { buildIdentifyThrottler },
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages],
    allowedMentions: { parse: [] },
    rest: { api: apiUrl, timeout: gatewayTimeoutMs },
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      DMMessageManager: 0,
      GuildMessageManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user.id },
      UserManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user?.id },
      ThreadManager: 0,
      // Only its own membership decides whether it may write in a private thread.
      ThreadMemberManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user.id },
      GuildEmojiManager: 0,
      GuildStickerManager: 0,
      GuildInviteManager: 0,
      GuildScheduledEventManager: 0,
      StageInstanceManager: 0,
      AutoModerationRuleManager: 0,
      PresenceManager: 0,
      ReactionManager: 0,
      VoiceStateManager: 0,
    }),
    ...(shards === 'auto'
      ? { shards }
      : {
          shards: Array.from({ length: shards.to - shards.from + 1 }, (_, i) => shards.from + i),
          shardCount: shards.count,
        }),
  };
}

/** https://discord.com/developers/docs/topics/gateway#sharding */
function shardOf(guild: string, shardCount: number): number {
  return Number((BigInt(guild) >> 22n) % BigInt(shardCount));
}

function badToken(error: unknown): HandrailError | null {
  const known = error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid;
  return known ? refusal(GatewayCloseCodes.AuthenticationFailed) : null;
}

/**
 * Close codes that an operator must fix, because a retry cannot:
 * https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 */
function refusal(code: number): HandrailError | null {
  const sentence = sentences[code];
  return sentence === undefined ? null : new HandrailError('bad-configuration', sentence);
}

const shardsDoNotFit =
  'Discord: the shards in DISCORD_SHARDS do not fit. Leave it out, or set all shards over all processes, such as 0-3/8 and 4-7/8.';
const intentsNotAllowed =
  'Discord: this application may not use the gateway intents Guilds and Direct Messages. Neither needs a switch in the developer portal; look there for a notice about the application.';

const sentences: Readonly<Record<number, string>> = {
  [GatewayCloseCodes.AuthenticationFailed]:
    'Discord: the token in DISCORD_TOKEN (or DISCORD_TOKEN_FILE) is not accepted. Copy it anew from the developer portal (Bot, Reset Token), and start again.',
  [GatewayCloseCodes.InvalidShard]: shardsDoNotFit,
  [GatewayCloseCodes.ShardingRequired]: shardsDoNotFit,
  [GatewayCloseCodes.InvalidIntents]: intentsNotAllowed,
  [GatewayCloseCodes.DisallowedIntents]: intentsNotAllowed,
};
