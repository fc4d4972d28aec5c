import type { Definitions } from '../../core/conversation/inbox.ts';
import type { Host, Platform } from '../../core/conversation/platform.ts';
import type { Content } from '../../core/deps.ts';
import { HandrailError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { Answering } from './answering.ts';
import { registerCommands, slashCommands } from './commands.ts';
import type { DiscordSettings } from './config.ts';
import { reasonOf } from './failure.ts';
import { Gateway } from './gateway.ts';
import { Guilds } from './guilds.ts';
import { mayModerate } from './inbound.ts';
import { Outbound } from './outbound.ts';
import { persist } from './persist.ts';
import { openRest } from './rest.ts';

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
  let endsWith: (run: Promise<void>) => void = () => {};
  const ended = new Promise<void>((resolve) => {
    endsWith = resolve;
  });
  let answering: Answering | null = null;
  let gateway: Gateway | null = null;
  const stopping = new AbortController();

  async function register(applicationId: string): Promise<void> {
    const bodies = slashCommands(definitions.commands, content.wordsFor);
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(registerWithinMs)]);
    if (await persist(signal, () => registerCommands(answers, applicationId, bodies)))
      log.info('commands registered', { platform: 'discord', count: bodies.length });
  }

  /** What goes on beside everything else: whatever becomes of it ends nothing. */
  function beside(work: Promise<void>, whereItFails: string): void {
    work.catch((error: unknown) => log.error(whereItFails, { platform: 'discord', reason: reasonOf(error), error }));
  }

  return {
    name: 'discord',
    limits: { fieldsPerForm: 5, commandPrefix: '/', namesGroups: true, moderatesAlone: false },
    ended,

    async start({ inbox, arrivals }: Host) {
      const { wordsFor } = content;
      const direct = new Outbound(answers, clock);
      const guilds = new Guilds(arrivals, { deliver, clock, log, stopping: stopping.signal, platform: 'discord' });
      const desk = new Answering({ inbox, rest: answers, outbound: direct, definitions, wordsFor, log, openWithinMs });
      answering = desk;
      gateway = new Gateway(
        settings,
        {
          interaction: (interaction) => desk.interaction(interaction),
          message: (message) => desk.message(message),
          connected: (applicationId) => beside(register(applicationId), 'commands could not be registered'),
          present: (present, mayKnow) => beside(guilds.settle(present, mayKnow), 'servers could not be settled'),
          joined: (guild) => beside(guilds.joined(guild), 'a server that was joined could not be greeted'),
          left: (guild) => beside(guilds.left(guild), 'a server that was left could not be noted'),
        },
        log,
      );
      endsWith(gateway.run());
    },

    deliver,

    async mayModerate(caller, role) {
      return mayModerate(caller, role);
    },

    async stop() {
      stopping.abort();
      gateway?.stop();
      await ended.catch((error: unknown) => {
        if (!(error instanceof HandrailError)) throw error;
      });
      await answering?.finished();
    },
  };
}
