/** Background tasks: the bot waits for them when it ends. */
export class BackgroundTasks {
  readonly #works = new Set<Promise<void>>();

  /** How many of them there are. */
  get count(): number {
    return this.#works.size;
  }

  /** Whatever goes wrong with it is told to `failed`, and to nobody else. Resolves when it is over. */
  begin(work: () => Promise<void>, failed: (error: unknown) => void): Promise<void> {
    const done = work().catch(failed);
    this.#works.add(done);
    void done.then(() => this.#works.delete(done));
    return done;
  }

  /** Resolves when everything that was begun is done. */
  async finished(): Promise<void> {
    // More may begin while these end.
    while (this.#works.size > 0) await Promise.all(this.#works);
  }
}
