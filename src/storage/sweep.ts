import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../core/conversation/store.ts';
import type { communities } from './rooms/communities.ts';
import type { drafts } from './rooms/drafts.ts';
import type { idempotencyKeys } from './rooms/idempotency.ts';

/** The rooms of one transaction, as far as a sweep needs them. */
interface Rooms {
  readonly drafts: Pick<ReturnType<typeof drafts>, 'removeExpired'>;
  readonly idempotency: Pick<ReturnType<typeof idempotencyKeys>, 'forgetBefore'>;
  readonly communities: Pick<ReturnType<typeof communities>, 'eraseLeftBefore'>;
}

/** How many rows one transaction removes: measured, so that each holds the event loop for some milliseconds only. */
const rowsAtOnce = 500;
/** One, because the database looks for it in all accounts: some 50 ms where there are 100,000 of them. */
const communitiesAtOnce = 1;

/**
 * Removes what has expired in batches, each in a transaction of its own and a turn of the event loop apart, so that
 * nobody waits for a sweep, however much there is. Ends after the batch that is under way once `stopped` says so; what
 * is left then goes with the next sweep.
 */
export function sweeping(inTransaction: (work: (tx: Rooms) => Promise<number>) => Promise<number>): Store['sweep'] {
  return async (now, { handledBefore, leftBefore }, stopped) => {
    const batches: [number, (tx: Rooms, limit: number) => Promise<number>][] = [
      [rowsAtOnce, ({ drafts }, limit) => drafts.removeExpired(now, limit)],
      [rowsAtOnce, ({ idempotency }, limit) => idempotency.forgetBefore(handledBefore, limit)],
      [communitiesAtOnce, ({ communities }, limit) => communities.eraseLeftBefore(leftBefore, limit)],
    ];
    const mayGoOn = () => stopped?.aborted !== true;
    for (const [limit, remove] of batches) {
      let removed = limit;
      while (removed === limit && mayGoOn()) {
        removed = await inTransaction((tx) => remove(tx, limit));
        await nextTurn();
      }
    }
  };
}
