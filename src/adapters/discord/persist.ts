import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf, KnownFailure } from './failure.ts';

/** Two failures in a row are a quarter of a second apart, later ones up to this; by chance, so that not all come at once. */
const longestPauseMs = 15_000;

/**
 * Asks until Discord answers, yes or no; for requests that may arrive twice without doing anything twice.
 * @throws the last error, once `signal` is aborted, or Discord refused or wants us to wait
 */
export async function persist<T>(signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (signal.aborted) throw new KnownFailure('unsent', signal.reason);
  let mayBeDone = false;
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt(signal);
    } catch (error) {
      const { kind } = failureOf(error);
      if (kind === 'refused' || kind === 'bug') throw error;
      mayBeDone ||= kind === 'uncertain';
      if (kind === 'rate-limited' || !(await pause(tries, signal))) {
        throw mayBeDone ? new KnownFailure('uncertain', error) : error;
      }
    }
  }
}

/** Waits before the next try, longer each time. False where there is no time left. */
export async function pause(tries: number, signal: AbortSignal): Promise<boolean> {
  const longest = Math.min(longestPauseMs, 250 * 2 ** tries);
  return sleepWithin(longest * (0.5 + Math.random() / 2), signal);
}

/** False where `signal` comes first. */
export async function sleepWithin(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
