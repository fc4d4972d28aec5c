import { BackgroundTasks } from './background-tasks.ts';

/** How long started work may take after the stop, because the whole program ends within ten seconds. */
const graceMs = 5_000;

/** The lifetime of a platform, from its start until it has released all resources. */
export class Lifetime {
  readonly #stop = new AbortController();
  readonly #backgroundTasks = new BackgroundTasks();
  readonly #deadlines = new Set<AbortController>();
  #graceIsOver = false;
  readonly #failed: (what: string, error: unknown) => void;
  #runs: (run: Promise<void>) => void = () => {};

  /** See `Platform.ended`. */
  readonly ended: Promise<void>;

  /** `failed`: receives the errors of background work, which end nothing. */
  constructor(failed: (what: string, error: unknown) => void) {
    this.#failed = failed;
    this.ended = new Promise((resolve) => {
      this.#runs = resolve;
    });
  }

  /** Aborted when the platform must stop. */
  get stopping(): AbortSignal {
    return this.#stop.signal;
  }

  /** Whether the grace period is over, so that no new work starts. */
  get isOver(): boolean {
    return this.#graceIsOver;
  }

  /** `ended` settles as `run` does. */
  endsWith(run: Promise<void>): void {
    this.#runs(run);
  }

  /** Runs background work that nobody waits for until the stop. `whereItFails`: for the log. */
  beside(whereItFails: string, work: () => Promise<unknown>): void {
    void this.untilOver(whereItFails, work);
  }

  /** Runs background work and resolves when it is done. Never rejects. */
  untilOver(whereItFails: string, work: () => Promise<unknown>): Promise<void> {
    return this.#backgroundTasks.begin(
      async () => {
        await work();
      },
      (error) => this.#failed(whereItFails, error),
    );
  }

  /** Aborted after `ms`, or five seconds after the stop, so that a retry does not delay the end. */
  deadline(ms: number): AbortSignal {
    if (this.#graceIsOver) return AbortSignal.abort(new DOMException('The bot stops', 'TimeoutError'));
    const over = new AbortController();
    const abort = (): void => {
      this.#deadlines.delete(over);
      over.abort(new DOMException('The time for this is over', 'TimeoutError'));
    };
    // AbortSignal.any would leak, because in Node 20 a signal that lives as long as the program keeps its dependent
    // signals.
    this.#deadlines.add(over);
    setTimeout(abort, ms).unref();
    return over.signal;
  }

  /** Resolves when the platform has ended, by itself or by this call, and started work and `last` are done. */
  async stop(last: () => Promise<void> | undefined): Promise<void> {
    this.#stop.abort();
    const grace = setTimeout(() => this.#giveUp(), graceMs);
    // Whoever watches `ended` receives the reason for a failed run.
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
