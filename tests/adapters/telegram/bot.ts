import { join } from 'node:path';
import { afterEach } from 'vitest';
import { telegram } from '../../../src/adapters/telegram/platform.ts';
import { arrivals } from '../../../src/core/communities/arrivals.ts';
import { createInbox } from '../../../src/core/conversation/inbox.ts';
import { sealedState } from '../../../src/core/conversation/kept.ts';
import type { Platform } from '../../../src/core/conversation/platform.ts';
import { definitionsOver } from '../../../src/core/definitions.ts';
import type { Clock, Log, Store } from '../../../src/core/ports.ts';
import { Temporal } from '../../../src/core/time.ts';
import { httpApp, listen } from '../../../src/http.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { nothingLeavesLoopback } from '../../platforms/loopback-guard.ts';
import { TelegramServer } from '../../platforms/telegram-server.ts';
import { openSqliteStorage, quietLog, scratchFolder } from '../../support/storage.ts';
import { content } from '../../support/world.ts';

nothingLeavesLoopback();

/** What a test opened, closed after it: the last first. A server that was sent what it must not be sent fails here. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

export type Way = 'polling' | 'webhook';

type ServerOptions = NonNullable<Parameters<typeof TelegramServer.start>[0]>;

export interface BotOptions extends ServerOptions {
  readonly way?: Way;
  /** A server that is there already; a new one by default. */
  readonly server?: TelegramServer;
  readonly token?: string;
  readonly store?: Store;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly pollWithinMs?: number;
}

export const webhook = { url: 'https://bot.example.org/telegram', secret: 'a-secret-of-the-tests' };
export const clock: Clock = { now: () => Temporal.Now.instant() };
export const definitions = definitionsOver(content, { namesGroups: false });

export async function aServer(options: ServerOptions = {}): Promise<TelegramServer> {
  const server = await TelegramServer.start(options);
  open.push(() => server.close());
  return server;
}

export async function aStorage(
  options: Parameters<typeof openSqliteStorage>[1] = {},
): Promise<Storage & { file: string }> {
  const folder = scratchFolder();
  open.push(() => folder.remove());
  const file = join(folder.path, 'handrail.db');
  const storage = await openSqliteStorage(file, options);
  open.push(() => storage.close());
  return { ...storage, file };
}

/** The real adapter, the real Telegraf, the whole core on SQLite, and Telegram on loopback. It may not be connected yet. */
export async function startBot(options: BotOptions = {}) {
  const { way = 'polling', log = quietLog, clock: given = clock, pollWithinMs } = options;
  const server = options.server ?? (await aServer(options));
  const store = options.store ?? (await aStorage()).store;
  const { token = server.token } = options;
  const app = httpApp(() => null);
  const http = await listen(app, 0);
  open.push(() => http.close());
  const url = `http://127.0.0.1:${http.port}`;
  const platform = telegram({
    settings: { token, apiRoot: server.apiRoot, webhook: way === 'webhook' ? webhook : null },
    content,
    clock: given,
    log,
    mount: app.mount,
    ...(pollWithinMs !== undefined && { pollWithinMs }),
  });
  server.updates.webhookLeadsTo = url;
  const deps = { store, content, clock: given, log };
  const mayModerate: Platform['mayModerate'] = (caller, group) => platform.mayModerate(caller, group);
  const inbox = createInbox({ definitions, deps, limits: platform.limits, mayModerate });
  open.push(() => platform.stop());
  await platform.start({ inbox, arrivals: arrivals(platform, deps), state: sealedState('telegram', deps) });
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
