import type { End, Held } from './delivery.ts';
import type { OutboxRead } from './store.ts';

interface Waiting {
  readonly held: Held;
  readonly end: End;
  resolve(ours: boolean): void;
  reject(error: unknown): void;
}

/** Records ends many at a time: while one statement is under way, the next ends gather. Nothing waits without need. */
export class Recorder {
  readonly #outbox: Pick<OutboxRead, 'finishAll'>;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(outbox: Pick<OutboxRead, 'finishAll'>) {
    this.#outbox = outbox;
  }

  /** Returns false if the delivery is no longer ours. */
  finish(held: Held, end: End): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ held, end, resolve, reject });
      if (!this.#busy) void this.#record();
    });
  }

  async #record(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const finished = await this.#outbox.finishAll(batch);
        for (const { held, resolve } of batch) resolve(finished.has(held.id));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }
}
