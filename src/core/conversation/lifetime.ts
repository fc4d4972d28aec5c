import { HandrailError } from '../errors.ts';
import { UnderWay } from './under-way.ts';

/** A platform's time, from when it is started until it has let go of everything. */
export class Lifetime {
  readonly #stop = new AbortController();
  readonly #underWay = new UnderWay();
  readonly #failed: (what: string, error: unknown) => void;
  #runs: (run: Promise<void>) => void = () => {};

  /** As `Platform.ended` has it. */
  readonly ended: Promise<void>;

  /** `failed`: what went wrong of the work beside everything else. It ends nothing. */
  constructor(failed: (what: string, error: unknown) => void) {
    this.#failed = failed;
    this.ended = new Promise((resolve) => {
      this.#runs = resolve;
    });
  }

  /** Aborted as soon as it is to stop. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /** It ends as `run` does. */
  endsWith(run: Promise<void>): void {
    this.#runs(run);
  }

  /** Work that nobody waits for, until it stops. `whereItFails`: for the log. */
  beside(whereItFails: string, work: () => Promise<unknown>): void {
    void this.untilOver(whereItFails, work);
  }

  /** The same, for whoever wants to know when it is over. Never rejects. */
  untilOver(whereItFails: string, work: () => Promise<unknown>): Promise<void> {
    return this.#underWay.begin(
      async () => {
        await work();
      },
      (error) => this.#failed(whereItFails, error),
    );
  }

  /** Resolves when it has ended, whether by itself or by this, and what was begun is done: that, and `last`. */
  async stop(last: () => Promise<void> | undefined): Promise<void> {
    this.#stop.abort();
    await this.ended.catch((error: unknown) => {
      if (!(error instanceof HandrailError)) throw error;
    });
    await last();
    await this.#underWay.finished();
  }
}
