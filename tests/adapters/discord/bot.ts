import type { DiscordSettings } from '../../../src/adapters/discord/config.ts';
import { discord } from '../../../src/adapters/discord/platform.ts';
import type { Definitions } from '../../../src/core/conversation/definitions.ts';
import type { Store } from '../../../src/core/conversation/store.ts';
import type { Host, Platform } from '../../../src/core/platform/platform.ts';
import { definitionsOver } from '../../../src/core/rooms.ts';
import type { Clock } from '../../../src/core/values/clock.ts';
import type { Log } from '../../../src/core/values/log.ts';
import { DiscordServer, type DiscordServerOptions } from '../../platforms/discord-server.ts';
import { nothingLeavesLoopback } from '../../platforms/loopback-guard.ts';
import { quietLog } from '../../support/storage.ts';
import { content } from '../../support/world.ts';
import { afterwards, aStorage, clock, openOn } from '../opened.ts';

export { aStorage, clock };

nothingLeavesLoopback();

export interface BotOptions extends DiscordServerOptions {
  /** A server that is there already; a new one by default. */
  readonly server?: DiscordServer;
  readonly store?: Store;
  /** A safety screen of the test's own. */
  readonly screen?: Definitions['screen'];
  readonly settings?: Partial<DiscordSettings>;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly openWithinMs?: number;
  readonly identifyEveryMs?: number;
  /** Turns that several bots share. */
  readonly turn?: Host['turn'];
}

export interface Bot {
  readonly server: DiscordServer;
  readonly platform: Platform;
  readonly store: Store;
}

export const definitions = definitionsOver(content);

export async function aServer(options: DiscordServerOptions = {}): Promise<DiscordServer> {
  const server = await DiscordServer.start(options);
  afterwards(() => server.close());
  return server;
}

/** The real adapter, the real discord.js, the whole core on SQLite, and Discord on loopback. It may not be connected yet. */
export async function startBot(options: BotOptions = {}): Promise<Bot> {
  const { log = quietLog, clock: given = clock, openWithinMs, identifyEveryMs, settings, screen, turn } = options;
  const server = options.server ?? (await aServer(options));
  const store = options.store ?? (await aStorage()).store;
  const kind = discord({
    settings: { token: server.token, apiUrl: server.apiUrl, shards: 'auto', ...settings },
    ...(openWithinMs !== undefined && { openWithinMs }),
    ...(identifyEveryMs !== undefined && { identifyEveryMs }),
  });
  const platform = await openOn(kind, { store, content, clock: given, log }, { screen, turn });
  return { server, platform, store };
}

/** Connected, with its commands registered, and with a newcomer in a server that it is in. */
export async function aBot(options: BotOptions = {}) {
  const server = options.server ?? (await aServer(options));
  const guild = server.guild('Harbor');
  const general = guild.channel('general');
  const bot = await startBot({ ...options, server });
  await server.until('the commands', () => server.commands.length > 0);
  return { ...bot, guild, general, newcomer: server.user('newcomer') };
}

/** What a reader sees of a text: bold words are words, and an escaped sign is that sign. */
export function asRead(markdown: string): string {
  return markdown.replace(/(?<!\\)\*\*/g, '').replace(/\\([^0-9A-Za-z\s])/g, '$1');
}
