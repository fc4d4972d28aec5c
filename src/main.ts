import './small-footprint.ts';

import { fileURLToPath } from 'node:url';
import { terminal } from './adapters/terminal/platform.ts';
import { openSession, type SessionOptions } from './adapters/terminal/session.ts';
import { readConfig } from './config.ts';
import { readContent } from './content.ts';
import { createInbox } from './core/conversation/inbox.ts';
import type { Platform } from './core/conversation/platform.ts';
import { within } from './core/deadline.ts';
import { definitionsOver } from './core/definitions.ts';
import { HandrailError } from './core/errors.ts';
import { startMaintenance } from './core/maintenance.ts';
import type { Clock } from './core/ports.ts';
import { Temporal } from './core/time.ts';
import { type ExitCode, exitCodes, toTheEnd } from './exit.ts';
import { httpApp, listen } from './http.ts';
import { openLog } from './log.ts';
import { chosen } from './storage/database.ts';
import { openStorage } from './storage/storage.ts';

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

export interface RunOptions {
  readonly session: SessionOptions;
  readonly json: boolean;
}

/** How long a bot that was asked to end may take to finish what it has begun. */
const drainMs = 10_000;

/** The whole program, from its settings to its end: on the terminal while no platform is set up. Gives the exit code. */
export async function run(env: NodeJS.ProcessEnv, options: RunOptions): Promise<ExitCode> {
  const asked = endSignal();
  const config = readConfig(env);
  // Someone sits at this terminal: lines of the log would stand between the answers.
  const log = openLog(config.logLevel ?? 'silent');
  const content = readContent();
  const session = openSession(options.session, systemClock.now(), content.wordsFor('en'));
  if ('length' in session) throw new HandrailError('bad-usage', session.join('\n'));

  const { database, keyFiles } = config;
  const storage = await openStorage({ database: await chosen(database, true), keyFiles, log, onKeyMade: tellOfKey });
  const trouble = storage.trouble();
  if (trouble !== null)
    process.stderr.write(`${trouble}\nUntil it can be used, only help is answered, and nothing is saved.\n`);
  const chat = terminal({
    input: process.stdin,
    output: process.stdout,
    clock: systemClock,
    words: content.wordsFor('en'),
    session,
    json: options.json,
  });
  const platforms: readonly Platform[] = [chat];
  const definitions = definitionsOver(content);
  const http = config.port === null ? null : await listen(httpApp(storage.trouble), config.port);
  if (http !== null) log.info('listening', { port: http.port });
  const stopMaintenance = startMaintenance(storage.store, systemClock, log);

  for (const platform of platforms) {
    const deps = { store: storage.store, content, clock: systemClock, log };
    const { limits } = platform;
    const inbox = createInbox({ definitions, deps, limits, mayModerate: (caller) => platform.mayModerate(caller) });
    await platform.start({ inbox });
    log.info('platform started', { platform: platform.name });
  }

  const signal = await Promise.race([chat.ended.then(() => null), asked]);
  if (signal !== null) log.info('stopping', { signal });
  const drain = async (): Promise<ExitCode> => {
    await Promise.all(platforms.map((platform) => platform.stop()));
    await stopMaintenance();
    await http?.close();
    await storage.close();
    return exitCodes.ok;
  };
  return within(drainMs, drain(), exitCodes.notDrained);
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
  await toTheEnd(() => run(process.env, { session: {}, json: false }));
}
