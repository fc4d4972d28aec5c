import { isLate } from './deadline.ts';
import { type Failure, KnownFailure } from './failure.ts';

/** The pause after the first failure, and the longest pause. Tests set shorter ones. */
export const pauses = { firstMs: 250, longestMs: 15_000 };

type Retry = <T>(
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
  options?: {
    /** The deadline of one attempt; by default only the shared deadline applies. */
    readonly tryMs?: number;
  },
) => Promise<T>;

/**
 * Retries until the platform answers, yes or no; only for idempotent requests. The returned function throws the last
 * error once `signal` is aborted, or if the platform refuses or limits the rate.
 */
export function retryBy(failureOf: (error: unknown) => { readonly kind: Failure['kind'] }, pause: Pause): Retry {
  return async (signal, attempt, { tryMs } = {}) => {
    let mayBeDone = false;
    for (let tries = 0; ; tries += 1) {
      if (isLate(signal)) throw new KnownFailure(mayBeDone ? 'uncertain' : 'unsent', signal.reason);
      try {
        return await attempt(tryMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(tryMs)]));
      } catch (error) {
        const { kind } = failureOf(error);
        if (kind === 'refused' || kind === 'bug') throw error;
        mayBeDone ||= kind === 'uncertain';
        if (kind === 'rate-limited' || !(await pause(tries, signal))) {
          throw mayBeDone ? new KnownFailure('uncertain', error) : error;
        }
      }
    }
  };
}

export type FinishStarted = <T>(attempt: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * For the remaining parts of started work, because a retry of the whole might repeat the first part. It waits as long
 * as the platform asks, and throws KnownFailure('half-done') if there is no time for that.
 */
export function finishStartedBy(failureOf: (error: unknown) => Failure): FinishStarted {
  return async (attempt, signal) => {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const failure = failureOf(error);
        const waits = failure.kind === 'rate-limited' && (await sleepWithin(failure.retryAfterMs, signal));
        if (waits) continue;
        throw failure.kind === 'refused' || failure.kind === 'bug' ? error : new KnownFailure('half-done', error);
      }
    }
  };
}

/** Waits before the next attempt, longer each time. Returns false if there is no time left. */
export type Pause = (tries: number, signal: AbortSignal) => Promise<boolean>;

/** `chance`: from 0 up to 1, so that clients do not all retry at once. */
export function pausesBy(chance: () => number): Pause {
  return (tries, signal) => {
    const longest = Math.min(pauses.longestMs, pauses.firstMs * 2 ** tries);
    return sleepWithin(longest * (0.5 + chance() / 2), signal);
  };
}

/**
 * Returns false if `signal` is aborted first. Removes its listener by itself, because Node 20 keeps those for good that a
 * second signal should remove, if memory is collected meanwhile.
 */
export function sleepWithin(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = (slept: boolean): void => {
      signal.removeEventListener('abort', abort);
      clearTimeout(timer);
      resolve(slept);
    };
    const abort = (): void => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', abort);
  });
}
