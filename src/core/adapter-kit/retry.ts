import { type Failure, KnownFailure } from './failure.ts';

/** The pause after a first failure, and the longest after many in a row. Tests set shorter ones. */
export const pauses = { firstMs: 250, longestMs: 15_000 };

type Retry = <T>(
  signal: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
  options?: {
    /** How long one try may take; as long as there is time for all of them, where it is not given. */
    readonly tryMs?: number;
  },
) => Promise<T>;

/**
 * Asks until the platform answers, yes or no; for requests that may arrive twice without doing anything twice. What it
 * gives throws the last error, once `signal` is aborted, or the platform refused or wants us to wait.
 */
export function retryBy(failureOf: (error: unknown) => { readonly kind: Failure['kind'] }, pause: Pause): Retry {
  return async (signal, attempt, { tryMs } = {}) => {
    if (signal.aborted) throw new KnownFailure('unsent', signal.reason);
    let mayBeDone = false;
    for (let tries = 0; ; tries += 1) {
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
 * For the rest of what is begun: asked again later, the platform may do the first part twice. So it waits as long as it is
 * asked to, and where there is no time for that, what it gives throws KnownFailure('half-done').
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

/** Waits before the next try, longer each time. False where there is no time left. */
export type Pause = (tries: number, signal: AbortSignal) => Promise<boolean>;

/** `chance`: from 0 up to 1, so that not all who wait come back at once. */
export function pausesBy(chance: () => number): Pause {
  return (tries, signal) => {
    const longest = Math.min(pauses.longestMs, pauses.firstMs * 2 ** tries);
    return sleepWithin(longest * (0.5 + chance() / 2), signal);
  };
}

/** False where `signal` comes first. */
export function sleepWithin(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const over = new AbortController();
    const end = (slept: boolean): void => {
      over.abort();
      clearTimeout(timer);
      resolve(slept);
    };
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', () => end(false), { signal: over.signal });
  });
}
