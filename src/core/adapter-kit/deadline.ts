const late = new WeakMap<AbortSignal, () => boolean>();

/**
 * A signal that is aborted when `elapsedMs` reaches `ms`, or with `over`. A process that was stopped wakes up before its
 * timers have run, so whoever is about to send asks `isLate` first. `release`: when the work is done.
 */
export function deadlineIn(
  ms: number,
  elapsedMs: () => number,
  over: AbortSignal,
): { signal: AbortSignal; release(): void } {
  const deadline = new AbortController();
  const abort = (): void => deadline.abort(new DOMException('The time for this is over', 'TimeoutError'));
  const timer = setTimeout(abort, Math.max(0, ms - elapsedMs()));
  if (over.aborted) abort();
  else over.addEventListener('abort', abort);
  late.set(deadline.signal, () => elapsedMs() >= ms);
  return {
    signal: deadline.signal,
    release() {
      clearTimeout(timer);
      over.removeEventListener('abort', abort);
    },
  };
}

/** Whether the deadline of this signal has passed, also if its timer has not run yet. */
export function isLate(signal: AbortSignal): boolean {
  return signal.aborted || late.get(signal)?.() === true;
}
