import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store, StoreWrites } from './conversation/store.ts';
import type { Job } from './jobs/jobs.ts';
import { storeNames } from './rooms.ts';
import type { Clock } from './values/clock.ts';
import type { Temporal } from './values/time.ts';

/** A community that reinstalls the bot within this time finds all its data. */
const keepLeftDays = 30;

/** How many rows one transaction deletes: measured, so that each holds the event loop for only some milliseconds. */
const rowsAtOnce = 500;

/** Deletes expired data every hour. */
export function maintenance(store: Store, clock: Clock): Job {
  return { name: 'sweep', atMinute: 17, run: (stopping) => sweep(store, clock.now(), stopping) };
}

/**
 * Deletes expired data in batches, each in its own transaction and turn of the event loop, so that nobody waits for a
 * long sweep. Ends after the current batch once `stopped` is aborted; the next sweep deletes the rest. Members outlive
 * their community.
 */
export async function sweep(store: Store, now: Temporal.Instant, stopped?: AbortSignal): Promise<void> {
  const whileMore = async (limit: number, remove: (tx: StoreWrites) => Promise<number>): Promise<void> => {
    const mayGoOn = () => stopped?.aborted !== true;
    let removed = limit;
    while (removed === limit && mayGoOn()) {
      removed = await store.transaction(remove);
      await nextTurn();
    }
  };
  for (const name of storeNames) await whileMore(rowsAtOnce, (tx) => tx[name].sweep(now, rowsAtOnce));
  await whileMore(1, (tx) => eraseOneLeft(tx, now));
}

async function eraseOneLeft(tx: StoreWrites, now: Temporal.Instant): Promise<number> {
  const left = await tx.communities.leftBefore(now.subtract({ hours: keepLeftDays * 24 }), 1);
  for (const community of left) {
    for (const name of storeNames) await tx[name].eraseCommunity(community);
  }
  return left.length;
}
