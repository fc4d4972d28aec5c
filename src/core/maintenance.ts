import { setImmediate as nextTurn } from 'node:timers/promises';
import { schedule } from 'node-cron';
import type { Store, StoreWrites } from './conversation/store.ts';
import { storeNames } from './rooms.ts';
import type { Clock } from './values/clock.ts';
import { HandrailError } from './values/errors.ts';
import type { Log } from './values/log.ts';
import type { Temporal } from './values/time.ts';

/** A community that takes the bot back within this time finds everything as it was. */
const keepLeftDays = 30;

/** How many rows one transaction removes: measured, so that each holds the event loop for some milliseconds only. */
const rowsAtOnce = 500;

/**
 * Every hour, what has expired is removed. Gives the way to stop, which waits for the little that a sweep is doing just
 * then, and not for all that it has to do.
 */
export function startMaintenance(store: Store, clock: Clock, log: Log): () => Promise<void> {
  const stopping = new AbortController();
  let underWay: Promise<void> = Promise.resolve();
  async function run(): Promise<void> {
    try {
      await sweep(store, clock.now(), stopping.signal);
    } catch (error) {
      // Without the database there is nothing to remove; the next hour tries again.
      if (!(error instanceof HandrailError)) log.error('maintenance failed', { error });
    }
  }
  const start = (): Promise<void> => {
    underWay = run();
    return underWay;
  };
  const task = schedule('17 * * * *', start, { name: 'sweep', noOverlap: true, timezone: 'UTC' });
  return async () => {
    stopping.abort();
    await task.destroy();
    await underWay;
  };
}

/**
 * Removes what has expired in batches, each in a transaction of its own and a turn of the event loop apart, so that
 * nobody waits for a sweep, however much there is. Ends after the batch that is under way once `stopped` says so; what
 * is left then goes with the next sweep. Members outlive their community.
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
