/** One after the other for each person: who answers two questions quickly has answered the first one first. */
export class InOrder {
  readonly #last = new Map<string, Promise<void>>();

  /** Rejects as `work` does; what comes after it begins all the same. */
  async after(who: string, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(who) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => {});
    this.#last.set(who, settled);
    try {
      await mine;
    } finally {
      if (this.#last.get(who) === settled) this.#last.delete(who);
    }
  }
}
