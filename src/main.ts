import { terminal } from './adapters/terminal/platform.ts';
import { openSession, type SessionOptions } from './adapters/terminal/session.ts';
import { type Config, readConfig } from './config.ts';
import { readContent } from './content.ts';
import type { Content } from './core/conversation/context.ts';
import { noLimits, openTraffic } from './core/conversation/traffic.ts';
import { hostOf, outletOf } from './core/host.ts';
import { startJobs } from './core/jobs/jobs.ts';
import { maintenance } from './core/maintenance.ts';
import { openTimetable } from './core/meetings/timetable.ts';
import { startDispatcher } from './core/outbox/dispatcher.ts';
import { noMetrics } from './core/platform/metrics.ts';
import type { Platform, PlatformKind } from './core/platform/platform.ts';
import { templates } from './core/rooms.ts';
import type { Clock } from './core/values/clock.ts';
import { HandrailError } from './core/values/errors.ts';
import type { Log } from './core/values/log.ts';
import { Temporal } from './core/values/time.ts';
import { withTimeout } from './core/values/timeout.ts';
import { Ending } from './ending.ts';
import { type ExitCode, toTheEnd } from './exit.ts';
import type { Health, PlatformHealth } from './health.ts';
import { type HttpApp, httpApp, listen } from './http.ts';
import { openLog } from './log.ts';
import type { openMetrics } from './metrics.ts';
import { Services } from './services.ts';
import { stopwatch } from './stopwatch.ts';
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

/** How long the bot may take to finish started work when it ends. */
const drainMs = 9_000;

/**
 * Runs the whole program on every configured platform, or on the terminal if there is none, or if `chat` is given.
 * Returns the exit code. @throws HandrailError, or on the terminal the bug that ended it
 */
export async function run(env: NodeJS.ProcessEnv, chat: Chat | null): Promise<ExitCode> {
  const config = readConfig(env);
  const onTerminal = chat !== null || [config.discord, config.slack, config.telegram].every((one) => one === null);
  // Silent on a terminal, because log lines would stand between the answers.
  const log = openLog(config.logLevel ?? (onTerminal ? 'silent' : 'info'));
  warnOfOldZones(log);
  const ending = new Ending(log);
  try {
    const services = new Services((what, error) => ending.failed(what, error));
    const started = start(config, onTerminal ? (chat ?? { session: {}, json: false }) : null, log, services, ending);
    // `drain` rethrows a startup error, because started services must end first.
    await Promise.race([started.then(() => ending.due), ending.due]).catch(() => {});
    const drained = await withTimeout(drainMs, drain(started, services), false);
    // Throws the bug on a terminal, because the log is silent there.
    if (onTerminal && ending.bug !== null) throw ending.bug.error;
    return ending.exitCode(drained);
  } finally {
    ending.release();
  }
}

/** `chat`: runs on the terminal; null: on the configured platforms. */
async function start(config: Config, chat: Chat | null, log: Log, services: Services, ending: Ending): Promise<void> {
  const { database, keyFiles, port } = config;
  const content = readContent();
  const traffic = chat === null ? openTraffic() : noLimits;
  const open = new Map<string, Platform>();
  const health: Health = {
    trouble: () => storage.publicReason(),
    platforms: () => kinds.map(({ name }) => healthOf(name, open.get(name), ending)),
  };
  const metrics =
    port === null ? null : await metricsOf(health, { oldestDueMs: () => storage.store.outbox.oldestDueMs() });
  const app = httpApp(health, metrics?.page);
  const clockOffset = { ms: 0 };
  let wakeOutbox = (): void => {};
  const onShift = (aheadMs: number): void => {
    clockOffset.ms = aheadMs;
    wakeOutbox();
  };
  const kinds = chat === null ? await kindsIn(config, app) : [onThisTerminal(chat, content, onShift)];

  const storage = await services.begin(
    'the database',
    async () => {
      const options = { keyFiles, log, onKeyMade: tellOfKey, clockOffset };
      return openStorage({ ...options, database: await openDatabase(database, true) });
    },
    (opened) => opened.close(),
  );
  const { store } = storage;
  const trouble = storage.trouble();
  if (trouble !== null)
    process.stderr.write(`${trouble}\nUntil it can be used, only help is answered, and nothing is saved.\n`);
  if (port !== null) {
    const http = await services.begin(
      'the HTTP server',
      () => listen(app, port),
      (opened) => opened.close(),
    );
    log.info('listening', { port: http.port });
  }
  await services.begin(
    'the jobs',
    () => startJobs([maintenance(store, systemClock)], { store, clock: systemClock, log }),
    (stop) => stop(),
  );
  const timetable = openTimetable(store.meetings);
  const shared = { store, content, timetable, clock: systemClock, log, traffic, metrics: metrics ?? noMetrics };
  await services.begin('the platforms', () => open, closeAll(ending));
  for (const kind of kinds) {
    const { name } = kind;
    open.set(name, await kind.open(hostOf(kind, shared)));
    log.info('platform started', { platform: name });
  }
  await services.begin(
    'the outbox',
    () => {
      const outlets = kinds.flatMap((kind) => {
        const platform = open.get(kind.name);
        return platform === undefined ? [] : [outletOf(kind, platform, shared)];
      });
      const dispatcher = startDispatcher({
        store,
        outlets,
        templates,
        log,
        stopwatch,
        metrics: shared.metrics,
        exclusive: storage.exclusive,
      });
      wakeOutbox = () => dispatcher.wake();
      store.onDelivery(wakeOutbox);
      return dispatcher;
    },
    (dispatcher) => dispatcher.stop(),
  );
  ending.watch([...open].map(([name, { ended }]) => ({ name, ended })));
}

/** Ends all services. @throws the startup error */
async function drain(started: Promise<void>, services: Services): Promise<true> {
  const [start] = await Promise.allSettled([started]);
  await services.drain();
  if (start.status === 'rejected') throw start.reason;
  return true;
}

function healthOf(name: string, platform: Platform | undefined, ending: Ending): PlatformHealth {
  return { name, connected: platform?.connected() ?? false, ended: ending.hasEnded(name) };
}

/** Loads the library of metrics only if somebody can read them, because it takes memory. */
async function metricsOf(...about: Parameters<typeof openMetrics>) {
  const metrics = await import('./metrics.ts');
  return metrics.openMetrics(...about);
}

/** Stops all platforms at once, because each may take time to finish started work. */
function closeAll(ending: Ending) {
  return (open: ReadonlyMap<string, Platform>) =>
    Promise.all(
      [...open].map(([name, platform]) =>
        platform.stop().catch((error: unknown) => ending.failed(`${name} could not be stopped`, error)),
      ),
    );
}

function onThisTerminal(
  { session: options, json }: Chat,
  content: Content,
  onShift: (aheadMs: number) => void,
): PlatformKind {
  const session = openSession(options, systemClock.now(), content.wordsFor('en'));
  if ('length' in session) throw new HandrailError('bad-usage', session.join('\n'));
  return terminal({ input: process.stdin, output: process.stdout, session, json, onShift });
}

/** Loads a platform's library only if the platform is configured, because each takes memory. */
async function kindsIn(settings: Config, { mount }: HttpApp): Promise<readonly PlatformKind[]> {
  const kinds: PlatformKind[] = [];
  if (settings.discord !== null) {
    const { discord } = await import('./adapters/discord/platform.ts');
    kinds.push(discord({ settings: settings.discord }));
  }
  if (settings.slack !== null) {
    const { slack } = await import('./adapters/slack/platform.ts');
    kinds.push(slack({ settings: settings.slack, mount }));
  }
  if (settings.telegram !== null) {
    const { telegram } = await import('./adapters/telegram/platform.ts');
    kinds.push(telegram({ settings: settings.telegram, mount }));
  }
  return kinds;
}

export function tellOfKey(path: string): void {
  process.stderr.write(
    `Made the key that seals what members say: ${path}\nCopy it to a safe place, apart from your copies of the data: without it, nobody can read them again.\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await toTheEnd(() => run(process.env, null));
}
