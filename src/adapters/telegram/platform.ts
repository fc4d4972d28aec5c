import type { RequestListener } from 'node:http';
import { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import { RecentIds } from '../../core/adapter-kit/recent-ids.ts';
import type { Host, Limits, Platform, PlatformKind } from '../../core/platform/platform.ts';
import { Answering } from './answering.ts';
import { BotApi } from './bot-api.ts';
import type { TelegramSettings } from './config.ts';
import { Connection } from './connection.ts';
import { linkToCommand } from './deep-link.ts';
import { reasonOf } from './failure.ts';
import { GroupMembers } from './group-members.ts';
import { type Incoming, incomingOf, type Update } from './inbound.ts';
import { registerMenu } from './menu.ts';
import { Outbound } from './outbound.ts';
import { PostingRights } from './posting-rights.ts';

export interface TelegramOptions {
  readonly settings: TelegramSettings;
  /** Routes requests with this path prefix from the bot's HTTP server to the listener. Polling needs none. */
  readonly mount: (prefix: string, listener: RequestListener) => void;
  /** How long a poll may stay silent before its connection counts as dead. */
  readonly pollWithinMs?: number;
  /** As `AnsweringOptions.startWithinMs`. */
  readonly startWithinMs?: number;
}

/** Telegram has no forms, and no user groups except a group's administrators. */
function limitsOf({ messagesPerSecond }: TelegramSettings): Limits {
  return {
    fieldsPerForm: 0,
    commandPrefix: '/',
    hasModeratorGroups: false,
    canCheckModeratorInDm: true,
    asksAgainMs: 0,
    pace: {
      perSecond: messagesPerSecond,
      // https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: one a second in a chat, 20 a
      // minute in a group. A little more, because messages that leave evenly can arrive closer together.
      privateEveryMs: 1_100,
      channelEveryMs: 3_300,
      requestsToMember: 1,
      botOf: () => 'telegram',
    },
  };
}

const registerWithinMs = 10 * 60_000;

/** Telegram, through Telegraf: https://core.telegram.org/bots/api */
export function telegram(options: TelegramOptions): PlatformKind {
  return { name: 'telegram', limits: limitsOf(options.settings), open: async (host) => open(options, host) };
}

function open({ settings, mount, pollWithinMs, startWithinMs }: TelegramOptions, host: Host): Platform {
  const { installations, clock, log } = host;
  const wordsFor: Host['wordsFor'] = (locale) => host.wordsFor(locale);
  const lifetime = new Lifetime((what, error) =>
    log.error(what, { platform: 'telegram', reason: reasonOf(error), error }),
  );
  const { stopping } = lifetime;
  const api = BotApi.open(settings);
  const groupMembers = new GroupMembers(api);
  const outbound = new Outbound(api, moved);
  const deliver: Platform['deliver'] = (delivery, signal) => outbound.deliver(delivery, signal);
  /** Set before the first update arrives. */
  let username = '';
  const rights = new PostingRights(api, settings.token, moved);
  const inbox = host.inbox({
    mayModerate: async ({ account, community }) => community !== null && groupMembers.administers(community, account),
    mayPost: (place, community) => rights.mayPost(place, community),
  });
  const answering = new Answering({
    inbox,
    api,
    outbound,
    outboundForHelp: new Outbound(api.forHelp, moved),
    groupMembers,
    commands: host.commands,
    wordsFor,
    clock,
    lifetime,
    log,
    username: () => username,
    ...(startWithinMs !== undefined && { startWithinMs }),
  });
  const connection = new Connection({
    settings,
    log,
    stopping,
    mount,
    connected(name) {
      username = name;
      register();
    },
    heard: once(hear),
    ...(pollWithinMs !== undefined && { pollWithinMs }),
  });

  function moved(group: string, to: string): Promise<void> {
    return lifetime.untilOver('a group that moved could not be noted', () => installations.moved(group, to));
  }

  function register(): void {
    lifetime.beside('the menu could not be registered', async () => {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(registerWithinMs)]);
      const count = await registerMenu(api, host, signal);
      if (count > 0) log.info('commands registered', { platform: 'telegram', count });
    });
  }

  /** Greets the group with one line, and whoever added the bot in private if they have written to it before. */
  function arrived({ where, by, locale }: Membership): Promise<void> {
    const door = linkToCommand(username, 'start', where.chat);
    const welcome = { installer: by, channel: where.chat, lineWhen: 'always', door } as const;
    return installations.joined({ community: where.chat, locale, welcome });
  }

  async function hear(update: Update): Promise<void> {
    const incoming = incomingOf(update);
    if (incoming === null) return;
    switch (incoming.kind) {
      case 'moved':
        return moved(incoming.from, incoming.to);
      case 'arrived':
        return lifetime.untilOver('a group could not be greeted', () => arrived(incoming));
      case 'left':
        return lifetime.untilOver('a group that was left could not be noted', () =>
          installations.left(incoming.where.chat),
        );
      default:
        return answering.answer(incoming);
    }
  }

  /**
   * Handles each update once: a repeated one resolves with the first. An update that cannot be handled is only logged.
   */
  function once(hears: (update: Update) => Promise<void>): (update: Update) => Promise<void> {
    const recently = new RecentIds();
    const underWay = new Map<number, Promise<void>>();
    return async (update) => {
      const { update_id: id } = update;
      if (recently.again(String(id))) return underWay.get(id);
      const done = hears(update).catch((error: unknown) =>
        log.error('an update could not be read', { platform: 'telegram', error }),
      );
      underWay.set(id, done);
      await done;
      underWay.delete(id);
    };
  }

  lifetime.endsWith(connection.run());
  return {
    ended: lifetime.ended,
    connected: () => connection.connected,
    deliver,
    stop: () =>
      lifetime.stop(async () => {
        await answering.finished();
        await connection.confirm();
      }),
  };
}

type Membership = Extract<Incoming, { kind: 'arrived' | 'left' }>;
