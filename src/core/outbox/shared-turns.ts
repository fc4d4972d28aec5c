import { sleepWithin } from '../adapter-kit/retry.ts';
import { Turns } from '../adapter-kit/turns.ts';
import type { Host } from '../platform/platform.ts';
import { isStorageAway } from '../values/errors.ts';
import type { OutboxRead } from './store.ts';

/** Turns over all processes that share the database. While it is away, only within this process. */
export function sharedTurns(outbox: Pick<OutboxRead, 'takeTurn' | 'paceOf'>): Host['turn'] {
  const own = new Turns();
  return async (name, everyMs, signal) => {
    await own.take(name, everyMs, signal);
    try {
      const pace = await outbox.paceOf(`turn of ${name}`);
      for (;;) {
        signal.throwIfAborted();
        const turn = await outbox.takeTurn(pace, everyMs, 0);
        if (turn.kind === 'taken') return;
        await sleepWithin(turn.waitMs, signal);
      }
    } catch (error) {
      if (!isStorageAway(error)) throw error;
    }
  };
}
