import { schedule } from 'node-cron';
import { HandrailError } from './errors.ts';
import type { Clock, Log, Store } from './ports.ts';

/** Longer than any platform goes on sending an update again (Telegram: a day). */
const rememberRequestsHours = 48;
/** A community that takes the bot back within this time finds everything as it was. */
const keepLeftDays = 30;

/** Every hour, what has expired is removed. Gives the way to stop. */
export function startMaintenance(store: Store, clock: Clock, log: Log): () => Promise<void> {
  async function sweep(): Promise<void> {
    const now = clock.now();
    try {
      await store.sweep(now, {
        handledBefore: now.subtract({ hours: rememberRequestsHours }),
        leftBefore: now.subtract({ hours: keepLeftDays * 24 }),
      });
    } catch (error) {
      // Without the database there is nothing to remove; the next hour tries again.
      if (!(error instanceof HandrailError)) log.error('maintenance failed', { error });
    }
  }
  const task = schedule('17 * * * *', sweep, { name: 'sweep', noOverlap: true, timezone: 'UTC' });
  return async () => {
    await task.destroy();
  };
}
