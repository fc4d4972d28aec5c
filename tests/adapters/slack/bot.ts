import type { SlackSettings } from '../../../src/adapters/slack/config.ts';
import { slack } from '../../../src/adapters/slack/platform.ts';
import type { Content } from '../../../src/core/conversation/context.ts';
import type { Definitions } from '../../../src/core/conversation/definitions.ts';
import type { Store } from '../../../src/core/conversation/store.ts';
import { definitionsOver } from '../../../src/core/rooms.ts';
import type { Clock } from '../../../src/core/values/clock.ts';
import type { Log } from '../../../src/core/values/log.ts';
import { httpApp, listen } from '../../../src/http.ts';
import { nothingLeavesLoopback } from '../../platforms/loopback-guard.ts';
import { SlackServer } from '../../platforms/slack-server.ts';
import { quietLog } from '../../support/storage.ts';
import { content as english } from '../../support/world.ts';
import { afterwards, aStorage, clock, openOn } from '../opened.ts';

export { aStorage };

nothingLeavesLoopback();

export type Way = 'socket' | 'http' | 'many';

type ServerOptions = NonNullable<Parameters<typeof SlackServer.start>[0]>;

export interface BotOptions extends ServerOptions {
  readonly way?: Way;
  /** A server that is there already; a new one by default. */
  readonly server?: SlackServer;
  readonly store?: Store;
  /** A safety screen of the test's own. */
  readonly screen?: Definitions['screen'];
  readonly log?: Log;
  readonly clock?: Clock;
  readonly formWithinMs?: number;
  readonly content?: Content;
}

const prefix = '/handrail ';
export const definitions = definitionsOver(english.asTyped(prefix));
export async function aServer(options: ServerOptions = {}): Promise<SlackServer> {
  const server = await SlackServer.start(options);
  afterwards(() => server.close());
  return server;
}

function wayOf(way: Way, server: SlackServer): SlackSettings['way'] {
  const { botToken, appToken, signingSecret, clientId, clientSecret } = server;
  if (way === 'socket') return { kind: 'socket', appToken, botToken };
  const workspaces =
    way === 'http' ? ({ kind: 'one', botToken } as const) : ({ kind: 'many', clientId, clientSecret } as const);
  return { kind: 'http', signingSecret, workspaces };
}

/** The real adapter, the real Bolt, the whole core on SQLite, and Slack on loopback. It may not be connected yet. */
export async function startBot(options: BotOptions = {}) {
  const { way = 'socket', log = quietLog, clock: given = clock, formWithinMs, content = english } = options;
  const server = options.server ?? (await aServer(options));
  const store = options.store ?? (await aStorage()).store;
  const app = httpApp({ trouble: () => null, platforms: () => [] });
  const http = await listen(app, 0);
  afterwards(() => http.close());
  const url = `http://127.0.0.1:${http.port}`;
  const kind = slack({
    settings: { apiUrl: server.apiUrl, way: wayOf(way, server) },
    mount: app.mount,
    ...(formWithinMs !== undefined && { formWithinMs }),
  });
  if (way !== 'socket') server.requestUrl = `${url}/slack/events`;
  const platform = await openOn(kind, { store, content, clock: given, log }, { screen: options.screen });
  return { server, platform, store, url };
}

/** Connected, with a newcomer in a workspace that it is in. */
export async function aBot(options: BotOptions = {}) {
  const server = options.server ?? (await aServer(options));
  const team = server.team('Loopback');
  const general = team.channel('general');
  general.invite();
  const bot = await startBot({ ...options, server });
  await server.until('the bot', () => (options.way ?? 'socket') !== 'socket' || server.sockets.connected > 0);
  return { ...bot, team, general, newcomer: server.user('newcomer') };
}
