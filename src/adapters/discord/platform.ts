import { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import type { Host, Limits, Platform, PlatformKind } from '../../core/platform/platform.ts';
import { Answering } from './answering.ts';
import { registerCommands, slashCommands } from './commands.ts';
import type { DiscordSettings } from './config.ts';
import { reasonOf } from './failure.ts';
import { Gateway } from './gateway.ts';
import { Guilds } from './guilds.ts';
import { identifyInTurn } from './identify.ts';
import { mayModerate } from './inbound.ts';
import { Outbound } from './outbound.ts';
import { mayPost } from './posting-rights.ts';
import { openRest } from './rest.ts';
import { retry } from './retry.ts';

export interface DiscordOptions {
  readonly settings: DiscordSettings;
  /** How long a form may take to open; Discord itself waits 3 s. */
  readonly openWithinMs?: number;
  /** The time between two IDENTIFYs of one bucket; Discord itself allows one in 5 s. */
  readonly identifyEveryMs?: number;
}

const limits: Limits = {
  fieldsPerForm: 5,
  commandPrefix: '/',
  hasModeratorGroups: true,
  canCheckModeratorInDm: false,
  // Discord says that it remembers a nonce for a few minutes. Two are counted on.
  asksAgainMs: 120_000,
  // https://discord.com/developers/docs/topics/rate-limits#global-rate-limit; five messages in five seconds a channel.
  pace: { perSecond: 50, privateEveryMs: 1_100, channelEveryMs: 1_100, requestsToMember: 2, botOf: () => 'discord' },
};

const registerWithinMs = 10 * 60_000;

/** More than Discord's 5 s, because the network may delay the first IDENTIFY more than the second. */
const usualIdentifyEveryMs = 5_500;

/** Discord, through discord.js: https://discord.com/developers/docs */
export function discord(options: DiscordOptions): PlatformKind {
  return { name: 'discord', limits, open: async (host) => open(options, host) };
}

function open(
  { settings, openWithinMs = 1_500, identifyEveryMs = usualIdentifyEveryMs }: DiscordOptions,
  host: Host,
): Platform {
  const { commands, installations, clock, log } = host;
  const wordsFor: Host['wordsFor'] = (locale) => host.wordsFor(locale);
  const lifetime = new Lifetime((what, error) =>
    log.error(what, { platform: 'discord', reason: reasonOf(error), error }),
  );
  const { stopping } = lifetime;
  const beside = lifetime.beside.bind(lifetime);
  // Answers have their own client, so that they never queue behind deliveries or a rate limit that Discord has not set.
  const answers = openRest(settings, { globalRequestsPerSecond: Number.POSITIVE_INFINITY });
  const deliveries = openRest(settings, { rejectOnRateLimit: ['/channels', '/users'] });
  const outbound = new Outbound(deliveries);
  const deliver: Platform['deliver'] = (delivery, signal) => outbound.deliver(delivery, signal);
  const guilds = new Guilds(installations, clock);

  async function register(applicationId: string): Promise<void> {
    const bodies = slashCommands(commands, wordsFor);
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(registerWithinMs)]);
    if (await retry(signal, () => registerCommands(answers, applicationId, bodies)))
      log.info('commands registered', { platform: 'discord', count: bodies.length });
  }

  const answering = new Answering({
    inbox: host.inbox({
      mayModerate: async (caller, role) => mayModerate(caller, role),
      mayPost: (place, community) => mayPost((id) => gateway.guild(id), place, community),
    }),
    rest: answers,
    outbound: new Outbound(answers),
    commands,
    wordsFor,
    log,
    openWithinMs,
    deadline: (ms) => lifetime.deadline(ms),
  });
  const turn: Host['turn'] = (name, everyMs, signal) => host.turn(name, everyMs, signal);
  const gateway = new Gateway(
    { ...settings, buildIdentifyThrottler: identifyInTurn(turn, identifyEveryMs) },
    {
      interaction: (interaction) => answering.interaction(interaction),
      message: (message) => answering.message(message),
      connected: (applicationId) => beside('commands could not be registered', () => register(applicationId)),
      present: (present, mayKnow) => beside('servers could not be settled', () => guilds.settle(present, mayKnow)),
      joined: (guild) => beside('a server that was joined could not be greeted', () => guilds.joined(guild)),
      left: (guild) => beside('a server that was left could not be noted', () => guilds.left(guild)),
    },
    log,
  );
  lifetime.endsWith(gateway.run());

  return {
    ended: lifetime.ended,
    connected: () => gateway.connected,
    deliver,
    async stop() {
      gateway.stop();
      await lifetime.stop(() => answering.finished());
    },
  };
}
