import { sleepWithin } from './retry.ts';

/** Turns within this process: those of one name are at least as far apart as the one who waits asks for. */
export class Turns {
  /** The time of the last turn by name, on the monotonic clock, because the system's clock may be set back. */
  readonly #lastMs = new Map<string, number>();

  /** Resolves when it is this caller's turn. Rejects with the signal's reason, and takes no turn, if it is aborted. */
  async take(name: string, everyMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const last = this.#lastMs.get(name);
      const waitMs = last === undefined ? 0 : last + everyMs - performance.now();
      if (waitMs <= 0) break;
      await sleepWithin(waitMs, signal);
    }
    this.#lastMs.set(name, performance.now());
  }
}
