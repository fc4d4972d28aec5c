import type { RequestListener } from 'node:http';
import { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import { RecentIds } from '../../core/adapter-kit/recent-ids.ts';
import type { Arrival, Host, Limits, Platform, PlatformKind } from '../../core/platform/platform.ts';
import { Answering } from './answering.ts';
import { type Heard, listenWith } from './bolt.ts';
import type { HttpMode, SlackSettings, SocketMode } from './config.ts';
import { reasonOf } from './failure.ts';
import { Home } from './home.ts';
import { eventOf, incomingOf } from './inbound.ts';
import { slashCommand } from './manifest.ts';
import { nameOf, readName } from './names.ts';
import { Outbound } from './outbound.ts';
import { ownTeam } from './own-team.ts';
import { People } from './people.ts';
import { mayPost } from './posting-rights.ts';
import { Sockets } from './sockets.ts';
import { Web } from './web.ts';
import { listenerOf, openReceiver, prefix } from './web-hooks.ts';
import { oneWorkspace, Workspaces } from './workspaces.ts';

export interface SlackOptions {
  readonly settings: SlackSettings;
  /** Routes requests with this path prefix from the bot's HTTP server to the listener. Socket Mode needs none. */
  readonly mount: (prefix: string, listener: RequestListener) => void;
  /** How long Slack waits for the result of a form; Slack itself shows an error after 3 s. */
  readonly formWithinMs?: number;
}

/** All commands share one slash command. */
const limits: Limits = {
  fieldsPerForm: 5,
  commandPrefix: `${slashCommand} `,
  hasModeratorGroups: true,
  canCheckModeratorInDm: true,
  asksAgainMs: 0,
  // https://docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel, and "several hundred a minute" in
  // a workspace. A little slower, because messages that leave evenly can arrive closer together.
  pace: {
    perSecond: 20,
    privateEveryMs: 1_100,
    channelEveryMs: 1_100,
    requestsToMember: 1,
    botOf: (key) => `slack ${readName(key).team}`,
  },
};

/** Slack, through Bolt: https://docs.slack.dev */
export function slack(options: SlackOptions): PlatformKind {
  return { name: 'slack', limits, open: async (host) => open(options, host) };
}

function open({ settings, mount, formWithinMs = 2_000 }: SlackOptions, host: Host): Platform {
  const { installations, clock, log } = host;
  const { way } = settings;
  const lifetime = new Lifetime((what, error) =>
    log.error(what, { platform: 'slack', reason: reasonOf(error), error }),
  );
  const { stopping } = lifetime;
  const deadline: Lifetime['deadline'] = (ms) => lifetime.deadline(ms);
  const workspaces =
    way.kind === 'http' && way.workspaces.kind === 'many'
      ? new Workspaces(host.state, log, stopping, (team, by) =>
          lifetime.beside('a workspace could not be greeted', () => joined(team, by)),
        )
      : null;
  const tokens = workspaces ?? oneWorkspace(ownToken(way));
  const web = new Web(settings, tokens);
  // Deliveries have their own client, so that answers never queue behind them.
  const outbound = new Outbound(new Web(settings, tokens));
  const deliver: Platform['deliver'] = (delivery, signal) => outbound.deliver(delivery, signal);
  const people = new People(web);
  const inbox = host.inbox({
    mayModerate: (caller, group) => people.mayModerate(caller, group),
    mayPost: (place, community) => mayPost(web, place, community),
  });
  const home = new Home({ inbox, web, people, clock, deadline });
  const answering = new Answering({
    inbox,
    web,
    outbound: new Outbound(web),
    people,
    home,
    wordsFor: (locale) => host.wordsFor(locale),
    clock,
    log,
    formWithinMs,
    deadline,
  });
  const recently = new RecentIds();
  let connected = (): boolean => false;

  /** Records the workspace, and greets its installer by direct message. */
  async function joined(team: string, installer: string): Promise<void> {
    const { locale } = await people.profileOf({ team, user: installer }, false);
    const account = nameOf(team, installer);
    const welcome = { installer: account, channel: null, lineWhen: 'always', door: null } as const;
    await installations.joined({ community: team, locale, welcome });
  }

  const heard: Heard = (body, acknowledge) => {
    const event = eventOf(body);
    // Slack sends an event again after a restart, but a command or an interaction only once.
    if (event !== null && stopping.aborted) return;
    if (event !== null && recently.again(event.id)) return;
    if (event?.type === 'app_uninstalled' || event?.type === 'tokens_revoked') {
      lifetime.beside('a workspace that was left could not be noted', async () => {
        await workspaces?.deleteInstallation(query(event.team));
        await installations.left(event.team);
      });
      return;
    }
    if (event?.type === 'app_home_opened') {
      lifetime.beside('the App Home could not be shown', () => home.opened(event));
      return;
    }
    const incoming = incomingOf(body);
    if (incoming !== null && (event !== null || !recently.again(incoming.id)))
      return answering.answer(incoming, acknowledge);
    lifetime.beside('an acknowledgement did not leave', () => acknowledge());
  };

  /** @throws HandrailError('bad-configuration') if Slack will never accept the bot */
  async function overSocket({ appToken }: SocketMode): Promise<void> {
    const sockets = new Sockets({ appToken, apiUrl: settings.apiUrl, log });
    connected = () => sockets.connected;
    listenWith(sockets, settings, heard);
    stopping.addEventListener('abort', () => void sockets.stop());
    await Promise.all([sockets.run(), ownTeamIsHere()]).catch((error: unknown) => {
      void sockets.stop();
      throw error;
    });
  }

  /** @throws HandrailError('bad-configuration') where Slack does not accept the token */
  async function overHttp(http: HttpMode): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      stopping.addEventListener('abort', () => resolve());
    });
    const receiver = openReceiver(settings, http, workspaces);
    workspaces?.refreshWith((teamId) => receiver.installer?.authorize(query(teamId)) ?? Promise.resolve());
    listenWith(receiver, settings, heard);
    mount(prefix, listenerOf(receiver, http.signingSecret));
    log.info('connected', { platform: 'slack' });
    if (workspaces === null) await ownTeamIsHere();
    else {
      await workspaces.load();
      await installations.settle(workspaces.teams().map(present), () => true);
    }
    connected = () => !stopping.aborted;
    return stopped;
  }

  async function ownTeamIsHere(): Promise<void> {
    const team = await ownTeam(web, stopping, log);
    if (team !== null) await installations.settle([present(team)], () => true);
  }

  lifetime.endsWith(way.kind === 'socket' ? overSocket(way) : overHttp(way));
  return {
    ended: lifetime.ended,
    connected: () => connected(),
    deliver,
    stop: () => lifetime.stop(() => answering.finished()),
  };
}

/** A workspace that was there already. Whoever installed it is not known any more. */
function present(team: string): Arrival {
  return { community: team, locale: null, welcome: null };
}

/** The token of the single workspace. */
function ownToken(way: SlackSettings['way']): string {
  if (way.kind === 'socket') return way.botToken;
  if (way.workspaces.kind === 'one') return way.workspaces.botToken;
  throw new Error('Each workspace has a token of its own');
}

function query(teamId: string) {
  return { teamId, enterpriseId: undefined, isEnterpriseInstall: false } as const;
}
