import { REST } from 'discord.js';
import type { Definitions } from '../../core/conversation/inbox.ts';
import type { Host, Platform } from '../../core/conversation/platform.ts';
import type { Content } from '../../core/deps.ts';
import { HandrailError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { Answering } from './answering.ts';
import { registerCommands, slashCommands } from './commands.ts';
import type { DiscordSettings } from './config.ts';
import { Gateway } from './gateway.ts';
import { Guilds } from './guilds.ts';
import { mayModerate } from './inbound.ts';
import { Outbound } from './outbound.ts';
import { failureOf, persist } from './persist.ts';

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
  const { settings, definitions, content, clock, log, openWithinMs = 2_000 } = options;
  const { commands } = definitions;
  // Whoever waits for an answer never stands in line behind deliveries, and never at a limit that Discord has not set.
  const answers = rest(settings, { globalRequestsPerSecond: Number.POSITIVE_INFINITY });
  const deliveries = rest(settings, { rejectOnRateLimit: ['/channels', '/users'] });
  const outbound = new Outbound(deliveries, clock);
  let endsWith: (run: Promise<void>) => void = () => {};
  const ended = new Promise<void>((resolve) => {
    endsWith = resolve;
  });
  let answering: Answering | null = null;
  let gateway: Gateway | null = null;
  const stopping = new AbortController();

  async function register(applicationId: string): Promise<void> {
    const bodies = slashCommands(commands, content.wordsFor);
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(registerWithinMs)]);
    try {
      if (await persist(signal, () => registerCommands(answers, applicationId, bodies)))
        log.info('commands registered', { platform: 'discord', count: bodies.length });
    } catch (error) {
      const failure = failureOf(error);
      const reason = failure.kind === 'refused' ? `${failure.status} ${failure.code}` : failure.kind;
      log.error('commands could not be registered', { platform: 'discord', reason, error });
    }
  }

  return {
    name: 'discord',
    limits: { fieldsPerForm: 5 },
    ended,

    async start({ inbox, arrivals }: Host) {
      const { wordsFor } = content;
      const direct = new Outbound(answers, clock);
      const guilds = new Guilds(arrivals, outbound, clock, log);
      const desk = new Answering({ inbox, rest: answers, outbound: direct, commands, wordsFor, log, openWithinMs });
      answering = desk;
      gateway = new Gateway(
        settings,
        {
          interaction: (interaction) => desk.interaction(interaction),
          message: (message) => desk.message(message),
          ready({ applicationId, guilds: present, mayKnow, hasFirstShard }) {
            if (hasFirstShard) void register(applicationId);
            void guilds.settle(present, mayKnow);
          },
          joined: (guild) => void guilds.joined(guild),
          left: (guild) => void guilds.left(guild),
        },
        log,
      );
      endsWith(gateway.run());
    },

    deliver: (delivery, signal) => outbound.deliver(delivery, signal),

    async mayModerate(caller, role) {
      return mayModerate(caller, role);
    },

    async stop() {
      stopping.abort();
      gateway?.stop();
      await answering?.finished();
      await ended.catch((error: unknown) => {
        if (!(error instanceof HandrailError)) throw error;
      });
    },
  };
}

function rest({ apiUrl, token }: DiscordSettings, own: Partial<ConstructorParameters<typeof REST>[0]>): REST {
  // Tries are ours: discord.js would send again without knowing what may arrive twice.
  return new REST({ version: '10', api: apiUrl, retries: 0, timeout: 10_000, ...own }).setToken(token);
}
