import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../conversation/store.ts';
import type { Clock } from '../values/clock.ts';
import type { Meeting } from './meeting.ts';

/** Rows per transaction, so few that each holds the event loop, or a bot on the same database, for less than 100 ms. */
const batchRows = 500;

/**
 * Replaces a feed's meetings. The new rows are written beside the old ones and then switched to at once, because a
 * reader must see the old feed whole, also after a crash.
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
    // Runs one batch after the other, because other work must reach the database in between.
    await store.transaction((tx) => tx.meetings.addBatch(feed, importId, batch, clock.now()));
    await nextTurn();
  }
  await store.transaction((tx) => tx.meetings.switchTo(feed.name, importId, clock.now()));
  while ((await store.transaction((tx) => tx.meetings.removeOld(feed.name, importId, batchRows))) > 0) await nextTurn();
}
