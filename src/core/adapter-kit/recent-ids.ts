/** What was heard within the last minutes: a platform tells of it again where it does not know that it was heard. */
export class RecentIds {
  readonly #heard = new Map<string, number>();
  readonly #forMs: number;
  readonly #max: number;

  constructor(forMs = 15 * 60_000, max = 20_000) {
    this.#forMs = forMs;
    this.#max = max;
  }

  /** True where it was heard before, and it is noted. */
  again(id: string): boolean {
    const now = performance.now();
    for (const [oldest, at] of this.#heard) {
      if (at + this.#forMs > now && this.#heard.size < this.#max) break;
      this.#heard.delete(oldest);
    }
    if (this.#heard.has(id)) return true;
    this.#heard.set(id, now);
    return false;
  }
}
