import { BackgroundTasks } from './background-tasks.ts';

/** What was begun before the stop gets this long to be shown. The whole program ends within ten seconds. */
const graceMs = 5_000;

/** A platform's time, from when it is started until it has let go of everything. */
export class Lifetime {
  readonly #stop = new AbortController();
  readonly #backgroundTasks = new BackgroundTasks();
  readonly #deadlines = new Set<AbortController>();
  #graceIsOver = false;
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

  /** The time to finish what was begun is over: nothing more is begun. */
  get isOver(): boolean {
    return this.#graceIsOver;
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
    return this.#backgroundTasks.begin(
      async () => {
        await work();
      },
      (error) => this.#failed(whereItFails, error),
    );
  }

  /** Aborted after this long, or five seconds after the stop, so that what is tried again does not hold the end up. */
  deadline(ms: number): AbortSignal {
    if (this.#graceIsOver) return AbortSignal.abort(new DOMException('The bot stops', 'TimeoutError'));
    const over = new AbortController();
    const abort = (): void => {
      this.#deadlines.delete(over);
      over.abort(new DOMException('The time for this is over', 'TimeoutError'));
    };
    // Not AbortSignal.any: in Node 20 a signal that lives as long as the program keeps what follows from it.
    this.#deadlines.add(over);
    setTimeout(abort, ms).unref();
    return over.signal;
  }

  /** Resolves when it has ended, whether by itself or by this, and what was begun is done: that, and `last`. */
  async stop(last: () => Promise<void> | undefined): Promise<void> {
    this.#stop.abort();
    const grace = setTimeout(() => this.#giveUp(), graceMs);
    // Whoever watches `ended` is told why a run failed.
    await this.ended.catch(() => {});
    await last();
    await this.#backgroundTasks.finished();
    clearTimeout(grace);
  }

  #giveUp(): void {
    this.#graceIsOver = true;
    for (const over of this.#deadlines) over.abort(new DOMException('The bot stops', 'TimeoutError'));
    this.#deadlines.clear();
  }
}
