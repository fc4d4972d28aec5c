import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../conversation/store.ts';
import type { Clock } from '../values/clock.ts';
import type { Meeting } from './meeting.ts';

/** Rows a transaction, so few that it holds the event loop, or a bot on the same database, for less than 100 ms. */
const batchRows = 500;

/**
 * Puts a feed's meetings in place of those that it had. They are written beside the old ones and switched to at once:
 * whoever looks meanwhile, or after a crash, sees the old ones whole.
 */
export async function importMeetings(
  store: Store,
  clock: Clock,
  feed: { readonly name: string; readonly program: string },
  importId: string,
  meetings: readonly Meeting[],
): Promise<void> {
  for (let at = 0; at < meetings.length; at += batchRows) {
    const batch = meetings.slice(at, at + batchRows);
    // One after the other on purpose: each lets others at the database in between.
    await store.transaction((tx) => tx.meetings.addBatch(feed, importId, batch, clock.now()));
    await nextTurn();
  }
  await store.transaction((tx) => tx.meetings.switchTo(feed.name, importId, clock.now()));
  while ((await store.transaction((tx) => tx.meetings.removeOld(feed.name, importId, batchRows))) > 0) await nextTurn();
}
