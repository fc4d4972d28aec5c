import type { Store } from '../conversation/store.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Log } from '../values/log.ts';
import type { Stopwatch } from '../values/stopwatch.ts';
import { withTimeout } from '../values/timeout.ts';
import type { Leased } from './delivery.ts';
import { settleDoubts } from './doubts.ts';
import type { Outlet } from './outlet.ts';
import { isAway, type Sending, send } from './send.ts';
import type { Template } from './template.ts';

/** How many deliveries one process holds at once. Urgent ones have places of their own. */
const atOnce = { usual: 20, urgent: 10 } as const;
type Lane = keyof typeof atOnce;
const lanes: readonly Lane[] = ['urgent', 'usual'];

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
  const stopping = new AbortController();
  const over = new AbortController();
  const held: Readonly<Record<Lane, Set<Promise<void>>>> = { usual: new Set(), urgent: new Set() };
  const alarm = openAlarm();
  const templateOf = (route: string) => templates.get(route);
  const sending: Sending = {
    store,
    templateOf,
    stopwatch,
    leaseMs,
    marginMs: leaseMs / 4,
    stopping: stopping.signal,
    over: over.signal,
    metrics,
  };
  let isFirst = true;
  let sinceUpkeepMs = stopwatch();

  /** Returns how long to sleep, if nothing wakes it. */
  async function round(): Promise<number> {
    if (isFirst || sinceUpkeepMs() >= Math.min(pollMs, leaseMs) / 2) await keepUp();
    // Both lanes at once, because each look waits for the database. Awaits both, because a lane is filled by one at a time.
    const looks = await Promise.allSettled(lanes.map(fill));
    for (const look of looks) if (look.status === 'rejected') throw look.reason;
    // The end of what is held wakes it.
    if (looks.some((look) => look.status === 'fulfilled' && look.value)) return pollMs;
    return Math.min(pollMs, (await store.outbox.untilNext(platforms)) ?? pollMs);
  }

  async function keepUp(): Promise<void> {
    sinceUpkeepMs = stopwatch();
    await store.outbox.expire(isFirst && exclusive);
    isFirst = false;
    await settleDoubts(store, outlets, templateOf);
  }

  /** Leases until the lane is full or nothing is due. Returns whether it is full. */
  async function fill(lane: Lane): Promise<boolean> {
    while (held[lane].size < atOnce[lane]) {
      if (stopping.signal.aborted) return false;
      const max = atOnce[lane] - held[lane].size;
      const leased = await store.outbox.lease({ platforms, urgent: lane === 'urgent', max, leaseMs });
      for (const one of leased) hold(lane, one);
      if (leased.length < max) return false;
    }
    return true;
  }

  function hold(lane: Lane, leased: Leased): void {
    const outlet = outlets.get(leased.platform);
    if (outlet === undefined) throw new Error(`Leased for ${leased.platform}, which is not open`);
    const work = send(leased, outlet, sending)
      .catch((error: unknown) => {
        // The lease runs out, and the delivery is settled then.
        if (!isAway(error)) log.error('a delivery could not be settled', { delivery: leased.id, error });
      })
      .finally(() => {
        held[lane].delete(work);
        // Leases many at once, because each look costs some statements.
        if (held[lane].size <= atOnce[lane] / 2) alarm.ring();
      });
    held[lane].add(work);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let waitMs = pollMs;
      try {
        waitMs = await round();
      } catch (error) {
        if (!isAway(error)) log.error('the outbox failed', { error });
      }
      await alarm.sleep(waitMs);
    }
  }

  const done = run();
  return {
    wake: () => alarm.ring(),
    async stop() {
      stopping.abort();
      alarm.ring();
      await done;
      const all = Promise.all(lanes.flatMap((lane) => [...held[lane]]));
      await withTimeout(graceMs, all, []);
      over.abort();
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
