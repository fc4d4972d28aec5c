import { telegram } from '../../../src/adapters/telegram/platform.ts';
import type { Definitions } from '../../../src/core/conversation/definitions.ts';
import type { Store } from '../../../src/core/conversation/store.ts';
import { noLimits, type Traffic } from '../../../src/core/conversation/traffic.ts';
import { definitionsOver } from '../../../src/core/rooms.ts';
import type { Clock } from '../../../src/core/values/clock.ts';
import type { Log } from '../../../src/core/values/log.ts';
import { httpApp, listen } from '../../../src/http.ts';
import { nothingLeavesLoopback } from '../../platforms/loopback-guard.ts';
import { TelegramServer } from '../../platforms/telegram-server.ts';
import { quietLog } from '../../support/storage.ts';
import { content } from '../../support/world.ts';
import { afterwards, aStorage, clock, openOn } from '../opened.ts';

export { aStorage };

nothingLeavesLoopback();

export type Way = 'polling' | 'webhook';

type ServerOptions = NonNullable<Parameters<typeof TelegramServer.start>[0]>;

export interface BotOptions extends ServerOptions {
  readonly way?: Way;
  /** A server that is there already; a new one by default. */
  readonly server?: TelegramServer;
  readonly token?: string;
  readonly store?: Store;
  /** A safety screen of the test's own. */
  readonly screen?: Definitions['screen'];
  readonly log?: Log;
  readonly clock?: Clock;
  readonly pollWithinMs?: number;
  /** More than Telegram takes, where the test does not say otherwise: its server on loopback takes any number. */
  readonly messagesPerSecond?: number;
  readonly traffic?: Traffic;
  readonly startWithinMs?: number;
}

export const webhook = { url: 'https://bot.example.org/telegram', secret: 'a-secret-of-the-tests' };
export const definitions = definitionsOver(content, { hasModeratorGroups: false });

export async function aServer(options: ServerOptions = {}): Promise<TelegramServer> {
  const server = await TelegramServer.start(options);
  afterwards(() => server.close());
  return server;
}

/** The real adapter, the real Telegraf, the whole core on SQLite, and Telegram on loopback. It may not be connected yet. */
export async function startBot(options: BotOptions = {}) {
  const { way = 'polling', log = quietLog, clock: given = clock, messagesPerSecond = 1_000 } = options;
  const { pollWithinMs, startWithinMs, traffic = noLimits } = options;
  const server = options.server ?? (await aServer(options));
  const store = options.store ?? (await aStorage()).store;
  const { token = server.token } = options;
  const app = httpApp({ trouble: () => null, platforms: () => [] });
  const http = await listen(app, 0);
  afterwards(() => http.close());
  const url = `http://127.0.0.1:${http.port}`;
  const kind = telegram({
    settings: { token, apiRoot: server.apiRoot, webhook: way === 'webhook' ? webhook : null, messagesPerSecond },
    mount: app.mount,
    ...(pollWithinMs !== undefined && { pollWithinMs }),
    ...(startWithinMs !== undefined && { startWithinMs }),
  });
  server.updates.webhookLeadsTo = url;
  const platform = await openOn(kind, { store, content, clock: given, log }, { traffic, screen: options.screen });
  return { server, platform, store, url };
}

/** Connected, with a newcomer who has written to it before, in a group that it is in. */
export async function aBot(options: BotOptions = {}) {
  const server = options.server ?? (await aServer(options));
  const bot = await startBot({ ...options, server });
  await server.until('the bot', () => server.updates.connected);
  const harbor = server.group('Harbor');
  const owner = server.user('owner').administers(harbor, 'creator');
  server.adds(harbor, owner);
  await owner.in(harbor).looks().until('Handrail is here');
  const newcomer = server.user('newcomer');
  await newcomer.alone.says('/help');
  server.forgetMessages();
  return { ...bot, harbor, owner, newcomer };
}
