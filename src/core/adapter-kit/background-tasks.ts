/** Background tasks that the bot waits for when it ends. */
export class BackgroundTasks {
  readonly #works = new Set<Promise<void>>();

  get count(): number {
    return this.#works.size;
  }

  /** Reports an error only to `failed`. Resolves when the work is done. */
  begin(work: () => Promise<void>, failed: (error: unknown) => void): Promise<void> {
    const done = work().catch(failed);
    this.#works.add(done);
    void done.then(() => this.#works.delete(done));
    return done;
  }

  /** Resolves when all started work is done. */
  async finished(): Promise<void> {
    // More work may start while this work ends.
    while (this.#works.size > 0) await Promise.all(this.#works);
  }
}
