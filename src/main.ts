import { terminal } from './adapters/terminal/platform.ts';
import { openSession, type SessionOptions } from './adapters/terminal/session.ts';
import { type Config, readConfig } from './config.ts';
import { readContent } from './content.ts';
import { installations } from './core/communities/installations.ts';
import type { Content, Deps } from './core/conversation/context.ts';
import type { Definitions } from './core/conversation/definitions.ts';
import { createInbox } from './core/conversation/inbox.ts';
import type { Store } from './core/conversation/store.ts';
import { noLimits, openTraffic, type Traffic } from './core/conversation/traffic.ts';
import { startMaintenance } from './core/maintenance.ts';
import { openTimetable } from './core/meetings/timetable.ts';
import { adapterState } from './core/platform/adapter-state.ts';
import type { Platform } from './core/platform/platform.ts';
import { definitionsOver } from './core/rooms.ts';
import type { Clock } from './core/values/clock.ts';
import { HandrailError } from './core/values/errors.ts';
import type { Log } from './core/values/log.ts';
import { Temporal } from './core/values/time.ts';
import { withTimeout } from './core/values/timeout.ts';
import { Ending } from './ending.ts';
import { type ExitCode, toTheEnd } from './exit.ts';
import { type HttpApp, httpApp, listen } from './http.ts';
import { openLog } from './log.ts';
import { openDatabase } from './storage/database.ts';
import { openStorage } from './storage/open.ts';
import { warnOfOldZones } from './timezones.ts';
import './v8-flags.ts';

import { fileURLToPath } from 'node:url';

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

export interface Chat {
  readonly session: SessionOptions;
  readonly json: boolean;
}

/** How long a bot that is to end may take to finish what it has begun. */
const drainMs = 9_000;

/**
 * The whole program, from its settings to its end: on every platform that is set up, or on the terminal while none is, or
 * when `chat` asks for it. Gives the exit code. @throws HandrailError, or on the terminal the bug that ended it
 */
export async function run(env: NodeJS.ProcessEnv, chat: Chat | null): Promise<ExitCode> {
  const config = readConfig(env);
  const onTerminal = chat !== null || [config.discord, config.slack, config.telegram].every((one) => one === null);
  // Someone sits at this terminal: lines of the log would stand between the answers.
  const log = openLog(config.logLevel ?? (onTerminal ? 'silent' : 'info'));
  warnOfOldZones(log);
  const ending = new Ending(log);
  try {
    const running: Running = { platforms: [], others: [] };
    const content = readContent();
    const traffic = onTerminal ? noLimits : openTraffic();
    const shared = { content, definitions: definitionsOver(content), clock: systemClock, log, traffic };
    const started = start(config, onTerminal ? (chat ?? { session: {}, json: false }) : null, shared, running, ending);
    // What start-up throws comes back from the drain, because what has started by then is stopped first.
    await Promise.race([started.then(() => ending.due), ending.due]).catch(() => {});
    const drained = await withTimeout(drainMs, drain(started, running, ending), false);
    // The log of a terminal is silent: whoever sits there is told by what this throws.
    if (onTerminal && ending.bug !== null) throw ending.bug.error;
    return ending.exitCode(drained);
  } finally {
    ending.release();
  }
}

/** What has been started so far. `others` are stopped last, the newest first. */
interface Running {
  readonly platforms: Platform[];
  readonly others: (() => unknown)[];
}

/** `chat`: on the terminal; null on the platforms that are set up. */
async function start(config: Config, chat: Chat | null, shared: Shared, running: Running, ending: Ending) {
  const { log } = shared;
  const { database, keyFiles } = config;
  const app = httpApp(() => storage.publicReason() ?? ending.trouble());
  const platforms = chat === null ? await platformsIn(config, shared, app) : [onThisTerminal(chat, shared)];
  ending.watch(platforms);

  const storage = await openStorage({
    database: await openDatabase(database, true),
    keyFiles,
    log,
    onKeyMade: tellOfKey,
  });
  running.others.push(() => storage.close());
  const trouble = storage.trouble();
  if (trouble !== null)
    process.stderr.write(`${trouble}\nUntil it can be used, only help is answered, and nothing is saved.\n`);
  if (config.port !== null) {
    const http = await listen(app, config.port);
    running.others.push(() => http.close());
    log.info('listening', { port: http.port });
  }
  running.others.push(startMaintenance(storage.store, systemClock, log));
  const timetable = openTimetable(storage.store.meetings);
  for (const platform of platforms) {
    await startPlatform(platform, storage.store, { ...shared, timetable });
    running.platforms.push(platform);
  }
}

/** Stops everything, whatever fails of it. @throws what start-up threw */
async function drain(started: Promise<void>, { platforms, others }: Running, ending: Ending): Promise<true> {
  const [start] = await Promise.allSettled([started]);
  const stop = async (what: string, work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      ending.failed(`${what} could not be stopped`, error);
    }
  };
  await Promise.all(platforms.map((platform) => stop(platform.name, () => platform.stop())));
  for (const other of others.toReversed()) await stop('a part of the program', other);
  if (start.status === 'rejected') throw start.reason;
  return true;
}

interface Shared {
  readonly content: Content;
  readonly definitions: Definitions;
  readonly clock: Clock;
  readonly log: Log;
  readonly traffic: Traffic;
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
  { content, clock, log, traffic, timetable }: Shared & Pick<Deps, 'timetable'>,
): Promise<void> {
  const { name, limits } = platform;
  const spoken = content.asTyped(limits.commandPrefix);
  const definitions = definitionsOver(spoken, limits);
  const deps = { store, content: spoken, timetable, clock, log };
  const mayModerate: Platform['mayModerate'] = (caller, group) => platform.mayModerate(caller, group);
  const inbox = createInbox({ definitions, deps, limits, traffic, mayModerate });
  await platform.start({ inbox, installations: installations(platform, deps), state: adapterState(name, deps) });
  log.info('platform started', { platform: name });
}

export function tellOfKey(path: string): void {
  process.stderr.write(
    `Made the key that seals what members say: ${path}\nCopy it to a safe place, apart from your copies of the data: without it, nobody can read them again.\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await toTheEnd(() => run(process.env, null));
}
