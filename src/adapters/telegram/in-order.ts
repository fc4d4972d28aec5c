/** How many may wait for one person: more than anyone taps while an answer is on its way. */
const waitingMax = 30;

interface Line {
  readonly last: Promise<void>;
  readonly length: number;
}

/** One after the other for each person: who answers two questions quickly has answered the first one first. */
export class InOrder {
  readonly #lines = new Map<string, Line>();

  /** Do so many wait for this person that one more would only be late? */
  isFull(who: string): boolean {
    return (this.#lines.get(who)?.length ?? 0) >= waitingMax;
  }

  /** Rejects as `work` does; what comes after it begins all the same. */
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
