import './small-footprint.ts';

import { fileURLToPath } from 'node:url';
import { terminal } from './adapters/terminal/platform.ts';
import { openSession, type SessionOptions } from './adapters/terminal/session.ts';
import { type Config, readConfig } from './config.ts';
import { readContent } from './content.ts';
import { arrivals } from './core/communities/arrivals.ts';
import { createInbox, type Definitions } from './core/conversation/inbox.ts';
import { sealedState } from './core/conversation/kept.ts';
import type { Platform } from './core/conversation/platform.ts';
import { within } from './core/deadline.ts';
import { definitionsOver } from './core/definitions.ts';
import type { Content, Deps } from './core/deps.ts';
import { HandrailError } from './core/errors.ts';
import { startMaintenance } from './core/maintenance.ts';
import { openTimetable } from './core/meetings/timetable.ts';
import type { Clock, Log, Store } from './core/ports.ts';
import { Temporal } from './core/time.ts';
import { type ExitCode, exitCodes, toTheEnd } from './exit.ts';
import { type HttpApp, httpApp, listen } from './http.ts';
import { openLog } from './log.ts';
import { chosen } from './storage/database.ts';
import { openStorage } from './storage/storage.ts';

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

export interface Chat {
  readonly session: SessionOptions;
  readonly json: boolean;
}

/** How long a bot that was asked to end may take to finish what it has begun. */
const drainMs = 10_000;

/**
 * The whole program, from its settings to its end: on every platform that is set up, or on the terminal while none is, or
 * when `chat` asks for it. Gives the exit code.
 */
export async function run(env: NodeJS.ProcessEnv, chat: Chat | null): Promise<ExitCode> {
  const asked = endSignal();
  const config = readConfig(env);
  const onTerminal = chat !== null || [config.discord, config.slack, config.telegram].every((one) => one === null);
  // Someone sits at this terminal: lines of the log would stand between the answers.
  const log = openLog(config.logLevel ?? (onTerminal ? 'silent' : 'info'));
  const content = readContent();
  const shared = { content, definitions: definitionsOver(content), clock: systemClock, log };
  const { database, keyFiles } = config;
  const app = httpApp(() => storage.trouble());
  const platforms = onTerminal
    ? [onThisTerminal(chat ?? { session: {}, json: false }, shared)]
    : await platformsIn(config, shared, app);

  const storage = await openStorage({ database: await chosen(database, true), keyFiles, log, onKeyMade: tellOfKey });
  const trouble = storage.trouble();
  if (trouble !== null)
    process.stderr.write(`${trouble}\nUntil it can be used, only help is answered, and nothing is saved.\n`);
  const http = config.port === null ? null : await listen(app, config.port);
  if (http !== null) log.info('listening', { port: http.port });
  const stopMaintenance = startMaintenance(storage.store, systemClock, log);
  const timetable = openTimetable(storage.store.meetings);
  for (const platform of platforms) await startPlatform(platform, storage.store, { ...shared, timetable });

  const refused = await Promise.race([allEnded(platforms), asked]);
  if (typeof refused === 'string') log.info('stopping', { signal: refused });
  const drain = async (): Promise<ExitCode> => {
    await Promise.all(platforms.map((platform) => platform.stop()));
    await stopMaintenance();
    await http?.close();
    await storage.close();
    return refused === true ? exitCodes.configuration : exitCodes.ok;
  };
  return within(drainMs, drain(), exitCodes.notDrained);
}

interface Shared {
  readonly content: Content;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly log: Log;
}

function onThisTerminal({ session: options, json }: Chat, { content, clock }: Shared): Platform {
  const words = content.wordsFor('en');
  const session = openSession(options, clock.now(), words);
  if ('length' in session) throw new HandrailError('bad-usage', session.join('\n'));
  return terminal({ input: process.stdin, output: process.stdout, clock, words, session, json });
}

/** Each platform's library is loaded where the platform is set up, and takes no memory elsewhere. */
async function platformsIn(settings: Config, shared: Shared, { mount }: HttpApp): Promise<readonly Platform[]> {
  const platforms: Platform[] = [];
  if (settings.discord !== null) {
    const { discord } = await import('./adapters/discord/platform.ts');
    platforms.push(discord({ settings: settings.discord, ...shared }));
  }
  if (settings.slack !== null) {
    const { slack } = await import('./adapters/slack/platform.ts');
    platforms.push(slack({ settings: settings.slack, ...shared, mount }));
  }
  if (settings.telegram !== null) {
    const { telegram } = await import('./adapters/telegram/platform.ts');
    platforms.push(telegram({ settings: settings.telegram, ...shared, mount }));
  }
  return platforms;
}

async function startPlatform(
  platform: Platform,
  store: Store,
  { content, clock, log, timetable }: Shared & Pick<Deps, 'timetable'>,
): Promise<void> {
  const { name, limits } = platform;
  const spoken = content.asTyped(limits.commandPrefix);
  const definitions = definitionsOver(spoken, limits);
  const deps = { store, content: spoken, timetable, clock, log };
  const mayModerate: Platform['mayModerate'] = (caller, group) => platform.mayModerate(caller, group);
  const inbox = createInbox({ definitions, deps, limits, mayModerate });
  await platform.start({ inbox, arrivals: arrivals(platform, deps), state: sealedState(name, deps) });
  log.info('platform started', { platform: name });
}

/** Resolves when no platform runs any more; true where one of them was refused for good. The others go on meanwhile. */
async function allEnded(platforms: readonly Platform[]): Promise<boolean> {
  const refused = await Promise.all(
    platforms.map(({ ended }) =>
      ended.then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof HandrailError)) throw error;
          process.stderr.write(`${error.message}\n`);
          return true;
        },
      ),
    ),
  );
  return refused.includes(true);
}

export function tellOfKey(path: string): void {
  process.stderr.write(
    `Made the key that seals what members say: ${path}\nCopy it to a safe place, apart from your copies of the data: without it, nobody can read them again.\n`,
  );
}

function endSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await toTheEnd(() => run(process.env, null));
}
