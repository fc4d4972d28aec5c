import type { RequestListener } from 'node:http';
import { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import { RecentIds } from '../../core/adapter-kit/recent-ids.ts';
import { greet } from '../../core/communities/greet.ts';
import type { Content } from '../../core/conversation/context.ts';
import type { Definitions } from '../../core/conversation/definitions.ts';
import type { Host, Installations, Platform } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import type { Log } from '../../core/values/log.ts';
import { Answering } from './answering.ts';
import { type Heard, listenWith } from './bolt.ts';
import type { HttpMode, SlackSettings, SocketMode } from './config.ts';
import { reasonOf } from './failure.ts';
import { Home } from './home.ts';
import { eventOf, incomingOf } from './inbound.ts';
import { slashCommand } from './manifest.ts';
import { nameOf } from './names.ts';
import { Outbound } from './outbound.ts';
import { ownTeam } from './own-team.ts';
import { People } from './people.ts';
import { Sockets } from './sockets.ts';
import { type Tokens, Web } from './web.ts';
import { listenerOf, openReceiver, prefix } from './web-hooks.ts';
import { oneWorkspace, Workspaces } from './workspaces.ts';

export interface SlackOptions {
  readonly settings: SlackSettings;
  readonly definitions: Definitions;
  readonly content: Content;
  readonly clock: Clock;
  readonly log: Log;
  /** Hands over what comes to the bot's own HTTP server at these addresses. Socket Mode needs none. */
  readonly mount: (prefix: string, listener: RequestListener) => void;
  /** How long Slack waits for what becomes of a form; Slack itself shows an error after 3 s. */
  readonly formWithinMs?: number;
}

/** The words of a slash command of Slack's: one for everything. */
const commandPrefix = `${slashCommand} `;

/** Slack, through Bolt: https://docs.slack.dev */
export function slack(options: SlackOptions): Platform {
  const { settings, definitions, clock, log, mount, formWithinMs = 2_000 } = options;
  const { wordsFor } = options.content.asTyped(commandPrefix);
  const { way } = settings;
  const lifetime = new Lifetime((what, error) =>
    log.error(what, { platform: 'slack', reason: reasonOf(error), error }),
  );
  const { stopping } = lifetime;
  let outbound: Outbound | null = null;
  let people: People | null = null;
  let answering: Answering | null = null;

  /** The bot is in this workspace: whoever installed it a moment ago is greeted, alone, once. */
  async function joined(installations: Installations, team: string, installer: string | null): Promise<void> {
    if (!(await installations.joined(team)) || installer === null || outbound === null || people === null) return;
    const { deliver } = outbound;
    const { locale } = await people.profileOf({ team, user: installer }, false);
    const greets = { deliver: deliver.bind(outbound), clock, log, stopping, platform: 'slack' };
    const to = { kind: 'member', account: nameOf(team, installer) } as const;
    await greet(greets, to, `hello-${team}`, installations.greeting(locale).checklist);
  }

  function listener({ inbox, installations }: Host, web: Web, workspaces: Workspaces | null): Heard {
    const recently = new RecentIds();
    const direct = new Outbound(web, clock);
    people = new People(web);
    const home = new Home({ inbox, web, people, clock, deadline: (ms) => lifetime.deadline(ms) });
    const desk = new Answering({
      inbox,
      web,
      outbound: direct,
      people,
      home,
      definitions,
      wordsFor,
      clock,
      log,
      formWithinMs,
      deadline: (ms) => lifetime.deadline(ms),
    });
    answering = desk;
    return (body, acknowledge) => {
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
        return desk.answer(incoming, acknowledge);
      lifetime.beside('an acknowledgement did not leave', () => acknowledge());
    };
  }

  /** @throws HandrailError('bad-configuration') where Slack will never let it in */
  async function overSocket({ appToken, botToken }: SocketMode, host: Host): Promise<void> {
    const web = speakAs(oneWorkspace(botToken));
    const sockets = new Sockets({ appToken, apiUrl: settings.apiUrl, log });
    listenWith(sockets, settings, listener(host, web, null));
    stopping.addEventListener('abort', () => void sockets.stop());
    await Promise.all([sockets.run(), ownTeamIsHere(host, web)]).catch((error: unknown) => {
      void sockets.stop();
      throw error;
    });
  }

  /** @throws HandrailError('bad-configuration') where Slack does not accept the token */
  async function overHttp(http: HttpMode, host: Host): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      stopping.addEventListener('abort', () => resolve());
    });
    if (http.workspaces.kind === 'one') {
      const web = speakAs(oneWorkspace(http.workspaces.botToken));
      receive(http, openReceiver(settings, http, null), listener(host, web, null));
      await ownTeamIsHere(host, web);
      return stopped;
    }
    const workspaces = new Workspaces(host.state, log, stopping, (team, by) =>
      lifetime.beside('a workspace could not be greeted', () => joined(host.installations, team, by)),
    );
    const receiver = openReceiver(settings, http, workspaces);
    workspaces.refreshWith((teamId) => receiver.installer?.authorize(query(teamId)) ?? Promise.resolve());
    receive(http, receiver, listener(host, speakAs(workspaces), workspaces));
    await workspaces.load();
    await host.installations.settle(workspaces.teams(), () => true);
    return stopped;
  }

  function receive({ signingSecret }: HttpMode, receiver: ReturnType<typeof openReceiver>, heard: Heard): void {
    listenWith(receiver, settings, heard);
    mount(prefix, listenerOf(receiver, signingSecret));
    log.info('connected', { platform: 'slack' });
  }

  /** Whoever waits for an answer never stands in line behind deliveries. */
  function speakAs(tokens: Tokens): Web {
    outbound = new Outbound(new Web(settings, tokens), clock);
    return new Web(settings, tokens);
  }

  async function ownTeamIsHere({ installations }: Host, web: Web): Promise<void> {
    const team = await ownTeam(web, stopping, log);
    if (team !== null) await installations.settle([team], () => true);
  }

  return {
    name: 'slack',
    limits: { fieldsPerForm: 5, commandPrefix, hasModeratorGroups: true, canCheckModeratorInDm: true },
    ended: lifetime.ended,

    async start(host: Host) {
      lifetime.endsWith(way.kind === 'socket' ? overSocket(way, host) : overHttp(way, host));
    },

    async deliver(delivery, signal) {
      if (outbound === null) throw new Error('Slack is not there yet');
      return outbound.deliver(delivery, signal);
    },

    async mayModerate(caller, group) {
      return people?.mayModerate(caller, group) ?? false;
    },

    stop: () => lifetime.stop(() => answering?.finished()),
  };
}

function query(teamId: string) {
  return { teamId, enterpriseId: undefined, isEnterpriseInstall: false } as const;
}
