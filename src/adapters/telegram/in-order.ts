/** The limit of one person's queue: more than anyone taps while an answer is on its way. */
const waitingMax = 30;

interface Line {
  readonly last: Promise<void>;
  readonly length: number;
}

/** Runs each person's requests in sequence, because quick answers to two questions must keep their order. */
export class InOrder {
  readonly #lines = new Map<string, Line>();

  /** Is this person's queue so long that one more request would only be late? */
  isFull(who: string): boolean {
    return (this.#lines.get(who)?.length ?? 0) >= waitingMax;
  }

  /** Rejects as `work` does; the work after it still runs. */
  async after(who: string, work: () => Promise<void>): Promise<void> {
    const { last: before, length } = this.#lines.get(who) ?? { last: Promise.resolve(), length: 0 };
    const mine = before.then(work);
    this.#lines.set(who, { last: mine.catch(() => {}), length: length + 1 });
    try {
      await mine;
    } finally {
      this.#oneLess(who);
    }
  }

  #oneLess(who: string): void {
    const { last, length } = this.#lines.get(who) ?? { last: Promise.resolve(), length: 1 };
    if (length === 1) this.#lines.delete(who);
    else this.#lines.set(who, { last, length: length - 1 });
  }
}
