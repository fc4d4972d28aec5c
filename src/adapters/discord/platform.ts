import { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import type { Content } from '../../core/conversation/context.ts';
import type { Definitions } from '../../core/conversation/definitions.ts';
import type { Host, Platform } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import type { Log } from '../../core/values/log.ts';
import { Answering } from './answering.ts';
import { registerCommands, slashCommands } from './commands.ts';
import type { DiscordSettings } from './config.ts';
import { reasonOf } from './failure.ts';
import { Gateway } from './gateway.ts';
import { Guilds } from './guilds.ts';
import { mayModerate } from './inbound.ts';
import { Outbound } from './outbound.ts';
import { openRest } from './rest.ts';
import { retry } from './retry.ts';

export interface DiscordOptions {
  readonly settings: DiscordSettings;
  readonly definitions: Definitions;
  readonly content: Content;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a form may take to open; Discord itself waits 3 s. */
  readonly openWithinMs?: number;
}

const registerWithinMs = 10 * 60_000;

/** Discord, through discord.js: https://discord.com/developers/docs */
export function discord(options: DiscordOptions): Platform {
  const { settings, definitions, content, clock, log, openWithinMs = 1_500 } = options;
  // Whoever waits for an answer never stands in line behind deliveries, and never at a limit that Discord has not set.
  const answers = openRest(settings, { globalRequestsPerSecond: Number.POSITIVE_INFINITY });
  const deliveries = openRest(settings, { rejectOnRateLimit: ['/channels', '/users'] });
  const outbound = new Outbound(deliveries, clock);
  const deliver: Platform['deliver'] = (delivery, signal) => outbound.deliver(delivery, signal);
  let answering: Answering | null = null;
  let gateway: Gateway | null = null;
  const lifetime = new Lifetime((what, error) =>
    log.error(what, { platform: 'discord', reason: reasonOf(error), error }),
  );
  const { stopping } = lifetime;

  async function register(applicationId: string): Promise<void> {
    const bodies = slashCommands(definitions.commands, content.wordsFor);
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(registerWithinMs)]);
    if (await retry(signal, () => registerCommands(answers, applicationId, bodies)))
      log.info('commands registered', { platform: 'discord', count: bodies.length });
  }

  return {
    name: 'discord',
    limits: { fieldsPerForm: 5, commandPrefix: '/', hasModeratorGroups: true, canCheckModeratorInDm: false },
    ended: lifetime.ended,

    async start({ inbox, installations }: Host) {
      const { wordsFor } = content;
      const beside = lifetime.beside.bind(lifetime);
      const direct = new Outbound(answers, clock);
      const guilds = new Guilds(installations, { deliver, clock, log, stopping: stopping, platform: 'discord' });
      const deadline: Lifetime['deadline'] = (ms) => lifetime.deadline(ms);
      const desk = new Answering({
        inbox,
        rest: answers,
        outbound: direct,
        definitions,
        wordsFor,
        log,
        openWithinMs,
        deadline,
      });
      answering = desk;
      gateway = new Gateway(
        settings,
        {
          interaction: (interaction) => desk.interaction(interaction),
          message: (message) => desk.message(message),
          connected: (applicationId) => beside('commands could not be registered', () => register(applicationId)),
          present: (present, mayKnow) => beside('servers could not be settled', () => guilds.settle(present, mayKnow)),
          joined: (guild) => beside('a server that was joined could not be greeted', () => guilds.joined(guild)),
          left: (guild) => beside('a server that was left could not be noted', () => guilds.left(guild)),
        },
        log,
      );
      lifetime.endsWith(gateway.run());
    },

    deliver,

    async mayModerate(caller, role) {
      return mayModerate(caller, role);
    },

    async stop() {
      gateway?.stop();
      await lifetime.stop(() => answering?.finished());
    },
  };
}
