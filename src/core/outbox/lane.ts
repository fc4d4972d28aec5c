import { isStorageAway } from '../values/errors.ts';
import type { Log } from '../values/log.ts';
import type { Leased, PaceKey } from './delivery.ts';
import type { Outlet } from './outlet.ts';
import { Punctuality, placeEveryMs } from './pacing.ts';
import { type Sending, send } from './send.ts';

/**
 * How many deliveries of one platform a process holds at once. Urgent ones have places of their own, and no platform
 * waits for the pace of another.
 */
const atOnce = { usual: 20, urgent: 10 } as const;

interface LaneOptions {
  readonly outlet: Outlet;
  readonly urgent: boolean;
  readonly sending: Omit<Sending, 'stopping' | 'over' | 'punctuality'>;
  readonly log: Log;
  /** Called when there is much room again. */
  readonly hasRoom: () => void;
}

/** One delivery in hand. Its signals are its own, because Node warns of many listeners on one. */
interface Hold {
  readonly pace: PaceKey;
  readonly stopping: AbortController;
  readonly over: AbortController;
  readonly done: Promise<void>;
}

/** The deliveries of one platform and one urgency that this process holds. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #holds = new Set<Hold>();
  readonly #max: number;
  readonly #punctuality = new Punctuality();
  #stopped = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#max = atOnce[options.urgent ? 'urgent' : 'usual'];
  }

  /** Leases until the lane is full or nothing is due. Returns whether it is full. */
  async fill(): Promise<boolean> {
    const { outlet, urgent, sending } = this.#options;
    while (this.#holds.size < this.#max) {
      if (this.#stopped) return false;
      const max = this.#max - this.#holds.size;
      const { store, leaseMs } = sending;
      const leased = await store.outbox.lease({ platforms: [outlet.name], urgent, max, leaseMs });
      for (const one of leased) await this.#take(one);
      if (leased.length < max) return false;
    }
    return true;
  }

  /** Takes nothing new. What has not begun is returned to others; what has begun goes on. */
  stop(): void {
    this.#stopped = true;
    for (const { stopping } of this.#holds) stopping.abort();
  }

  /** Ends what still goes on. */
  giveUp(): void {
    for (const { over } of this.#holds) over.abort();
  }

  async finished(): Promise<void> {
    await Promise.all([...this.#holds].map(({ done }) => done));
  }

  /** One message at a time in a place that has a pace, because the others would only wait with a lease in hand. */
  async #take(leased: Leased): Promise<void> {
    const { outlet, sending } = this.#options;
    const waitMs = placeEveryMs(leased, outlet.limits);
    const isInHand = [...this.#holds].some(({ pace }) => pace === leased.pace);
    if (waitMs > 0 && isInHand) await sending.store.outbox.giveBack(leased, waitMs, false);
    else this.#hold(leased);
  }

  #hold(leased: Leased): void {
    const { outlet, sending, log, hasRoom } = this.#options;
    const [stopping, over] = [new AbortController(), new AbortController()];
    if (this.#stopped) stopping.abort();
    const work = send(leased, outlet, {
      ...sending,
      punctuality: this.#punctuality,
      stopping: stopping.signal,
      over: over.signal,
    }).catch((error: unknown) => {
      // The lease runs out, and the delivery is settled then.
      if (!isStorageAway(error)) log.error('a delivery could not be settled', { delivery: leased.id, error });
    });
    const hold = { pace: leased.pace, stopping, over, done: work };
    this.#holds.add(hold);
    void work.finally(() => {
      this.#holds.delete(hold);
      // Leases many at once, because each look costs some statements.
      if (this.#holds.size <= this.#max / 2) hasRoom();
    });
  }
}
