interface Service {
  readonly name: string;
  readonly end: () => unknown;
}

/** The parts of the program, started in order and ended in reverse. */
export class Services {
  readonly #begun: Service[] = [];
  readonly #failed: (what: string, error: unknown) => void;

  /** `failed`: receives the errors of parts that could not be ended. The others are still ended. */
  constructor(failed: (what: string, error: unknown) => void) {
    this.#failed = failed;
  }

  /** `end`: ends the service, once it has started. */
  async begin<T>(name: string, begin: () => T | Promise<T>, end: (service: T) => unknown): Promise<T> {
    const service = await begin();
    this.#begun.push({ name, end: () => end(service) });
    return service;
  }

  async drain(): Promise<void> {
    for (const { name, end } of this.#begun.splice(0).toReversed()) {
      try {
        await end();
      } catch (error) {
        this.#failed(`${name} could not be stopped`, error);
      }
    }
  }
}
