import { schedule } from 'node-cron';
import type { Store } from './conversation/store.ts';
import type { Clock } from './values/clock.ts';
import { HandrailError } from './values/errors.ts';
import type { Log } from './values/log.ts';

/** Longer than any platform goes on sending an update again (Telegram: a day). */
const rememberRequestsHours = 48;
/** A community that takes the bot back within this time finds everything as it was. */
const keepLeftDays = 30;

/**
 * Every hour, what has expired is removed. Gives the way to stop, which waits for the little that a sweep is doing just
 * then, and not for all that it has to do.
 */
export function startMaintenance(store: Store, clock: Clock, log: Log): () => Promise<void> {
  const stopping = new AbortController();
  let underWay: Promise<void> = Promise.resolve();
  async function sweep(): Promise<void> {
    const now = clock.now();
    const limits = {
      handledBefore: now.subtract({ hours: rememberRequestsHours }),
      leftBefore: now.subtract({ hours: keepLeftDays * 24 }),
    };
    try {
      await store.sweep(now, limits, stopping.signal);
    } catch (error) {
      // Without the database there is nothing to remove; the next hour tries again.
      if (!(error instanceof HandrailError)) log.error('maintenance failed', { error });
    }
  }
  const start = (): Promise<void> => {
    underWay = sweep();
    return underWay;
  };
  const task = schedule('17 * * * *', start, { name: 'sweep', noOverlap: true, timezone: 'UTC' });
  return async () => {
    stopping.abort();
    await task.destroy();
    await underWay;
  };
}
