import type { Store } from '../conversation/store.ts';
import type { Metrics } from '../platform/metrics.ts';
import { isStorageAway } from '../values/errors.ts';
import type { Log } from '../values/log.ts';
import type { Stopwatch } from '../values/stopwatch.ts';
import { withTimeout } from '../values/timeout.ts';
import { settleDoubts } from './doubts.ts';
import { Lane } from './lane.ts';
import type { Outlet } from './outlet.ts';
import { Recorder } from './recorder.ts';
import type { Template } from './template.ts';

/** How long begun deliveries may take when the bot ends, because the whole program ends within ten seconds. */
const graceMs = 4_000;
const abortedMs = 1_000;

export interface DispatcherOptions {
  readonly store: Store;
  readonly outlets: readonly Outlet[];
  readonly templates: readonly Template[];
  readonly log: Log;
  readonly stopwatch: Stopwatch;
  readonly metrics: Metrics;
  /** Whether no other process can use the same database. Then a start ends all leases, because nobody holds them. */
  readonly exclusive: boolean;
  /** How long one process may hold a delivery without a sign of life. */
  readonly leaseMs?: number;
  /** The longest time between two looks at the database. */
  readonly pollMs?: number;
}

export interface Dispatcher {
  /** Looks at the database at once, because something was added. */
  wake(): void;
  /** Takes nothing new, finishes what is begun, and returns the rest to others. */
  stop(): Promise<void>;
}

/** Sends what is due, until it is stopped. Any number of processes may do so at once: nobody leads. */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, log, stopwatch, exclusive, metrics, leaseMs = 60_000, pollMs = 5_000 } = options;
  const outlets = new Map(options.outlets.map((outlet) => [outlet.name, outlet]));
  const platforms = [...outlets.keys()];
  const templates = new Map(options.templates.map((template) => [template.route, template]));
  const alarm = openAlarm();
  const templateOf = (route: string) => templates.get(route);
  const recorder = new Recorder(store.outbox);
  const unrecorded = new Set<string>();
  const sending = { store, recorder, unrecorded, templateOf, stopwatch, leaseMs, marginMs: leaseMs / 4, metrics };
  const lanes = options.outlets.flatMap((outlet) =>
    [true, false].map((urgent) => new Lane({ outlet, urgent, sending, log, hasRoom: () => alarm.ring() })),
  );
  const stopping = new AbortController();
  let isFirst = true;
  let sinceUpkeepMs = stopwatch();

  /** Returns how long to sleep, if nothing wakes it. */
  async function round(): Promise<number> {
    if (isFirst || sinceUpkeepMs() >= Math.min(pollMs, leaseMs) / 2) await keepUp();
    // All lanes at once, because each look waits for the database. Awaits all, because a lane is filled by one at a time.
    const looks = await Promise.allSettled(lanes.map((lane) => lane.fill()));
    for (const look of looks) if (look.status === 'rejected') throw look.reason;
    // The end of what is held wakes it.
    if (looks.some((look) => look.status === 'fulfilled' && look.value)) return pollMs;
    return Math.min(pollMs, (await store.outbox.untilNext(platforms)) ?? pollMs);
  }

  async function keepUp(): Promise<void> {
    // What this process knows is recorded first, because it would be taken for a doubt.
    if (unrecorded.size > 0) return;
    sinceUpkeepMs = stopwatch();
    await store.outbox.expire(isFirst && exclusive);
    isFirst = false;
    await settleDoubts(store, outlets, templateOf);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let waitMs = pollMs;
      try {
        waitMs = await round();
      } catch (error) {
        if (!isStorageAway(error)) log.error('the outbox failed', { error });
      }
      await alarm.sleep(waitMs);
    }
  }

  const done = run();
  return {
    wake: () => alarm.ring(),
    async stop() {
      stopping.abort();
      for (const lane of lanes) lane.stop();
      alarm.ring();
      await done;
      const all = Promise.all(lanes.map((lane) => lane.finished()));
      await withTimeout(graceMs, all, []);
      for (const lane of lanes) lane.giveUp();
      // A platform that does not obey must not keep the bot from ending.
      await withTimeout(abortedMs, all, []);
    },
  };
}

/** A sleep that ends early when the alarm rings; a ring while nobody sleeps ends the next sleep at once. */
function openAlarm(): { ring(): void; sleep(ms: number): Promise<void> } {
  let rung = false;
  let wakeUp = (): void => {};
  return {
    ring() {
      rung = true;
      wakeUp();
    },
    async sleep(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
  };
}
