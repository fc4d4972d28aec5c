import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The longest that the event loop was held in one go while `work` ran, in milliseconds. Waits in which this process did
 * not run are not counted, because others on a busy machine are not what is measured.
 */
export async function longestHoldMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  const over = new AbortController();
  const watched = (async () => {
    while (!over.signal.aborted) {
      const held = stopwatch();
      await nextTurn();
      longest = Math.max(longest, held());
    }
  })();
  try {
    await work();
  } finally {
    over.abort();
    await watched;
  }
  return longest;
}

/** Gives the milliseconds since it was called: on the clock, or of the processor where those are fewer. */
export function stopwatch(): () => number {
  const [from, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(used);
    return Math.min(performance.now() - from, (user + system) / 1_000);
  };
}
