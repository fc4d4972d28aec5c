/** Lets a test wait for something to have happened: looked at again after each thing that happens, never by the clock. */
export class Changes {
  readonly #looks = new Set<() => void>();

  happened(): void {
    for (const look of this.#looks) look();
  }

  /** What `look` finds, as soon as it finds anything. Fails with `what` and, after a while, with what there was instead. */
  until<T>(what: string, look: () => T | null | false, withinMs: number, instead: () => string = () => ''): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(deadline);
        this.#looks.delete(tryAgain);
      };
      const tryAgain = () => {
        try {
          const found = look();
          if (found === null || found === false) return;
          settle();
          resolve(found);
        } catch (error) {
          settle();
          reject(error);
        }
      };
      const deadline = setTimeout(() => {
        settle();
        reject(new Error(`Within ${withinMs} ms: no ${what}. ${instead()}`.trimEnd()));
      }, withinMs);
      this.#looks.add(tryAgain);
      tryAgain();
    });
  }
}
