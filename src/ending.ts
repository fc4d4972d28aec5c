import type { Platform } from './core/platform/platform.ts';
import { HandrailError } from './core/values/errors.ts';
import type { Log } from './core/values/log.ts';
import { type ExitCode, exitCodes } from './exit.ts';

type Cause = 'signal' | 'all-ended' | 'bug';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Why and when the program ends: a signal, its last platform's end, or a bug. */
export class Ending {
  /** Resolves when the program must end. */
  readonly due: Promise<void>;
  readonly #log: Log;
  readonly #ended = new Set<string>();
  #end: () => void = () => {};
  #refused = false;
  #cause: Cause | null = null;
  #bug: { readonly error: unknown } | null = null;

  constructor(log: Log) {
    this.#log = log;
    this.due = new Promise((resolve) => {
      this.#end = resolve;
    });
    // The second signal ends the process at once, because nobody listens for it.
    for (const signal of signals) process.once(signal, this.#signalled);
    process.on('unhandledRejection', this.#rejected);
    process.on('uncaughtException', this.#thrown);
  }

  /** The bug that ends the program, if any. */
  get bug(): { readonly error: unknown } | null {
    return this.#bug;
  }

  /** Ends the program when all of these platforms have ended, or one of them fails with a bug. */
  watch(platforms: readonly (Pick<Platform, 'ended'> & { readonly name: string })[]): void {
    const ends = platforms.map(({ name, ended }) =>
      ended.catch((error: unknown) => this.#platformFailed(name, error)).then(() => this.#ended.add(name)),
    );
    void Promise.all(ends).then(() => this.#endBecause('all-ended'));
  }

  /** Whether this platform has ended, so that only a restart can bring it back. */
  hasEnded(platform: string): boolean {
    return this.#ended.has(platform);
  }

  /** `what` is for the log, which writes the error's class, code and frames. */
  failed(what: string, error: unknown, platform?: string): void {
    this.#bug ??= { error };
    this.#endBecause('bug');
    this.#log.error(what, { error, ...(platform !== undefined && { platform }) });
  }

  /** `drained`: whether started work is finished. */
  exitCode(drained: boolean): ExitCode {
    if (this.#bug !== null) return exitCodes.bug;
    if (!drained) return exitCodes.notDrained;
    return this.#refused && this.#cause === 'all-ended' ? exitCodes.configuration : exitCodes.ok;
  }

  /** Removes the listeners from the process. */
  release(): void {
    for (const signal of signals) process.off(signal, this.#signalled);
    process.off('unhandledRejection', this.#rejected);
    process.off('uncaughtException', this.#thrown);
  }

  /** Prints an error that the operator can fix, and lets the other platforms continue. */
  #platformFailed(platform: string, error: unknown): void {
    if (!(error instanceof HandrailError)) return this.failed('a platform failed, and the bot ends', error, platform);
    this.#refused = true;
    process.stderr.write(`${error.message}\n`);
  }

  /** Keeps the first cause, because later ones are effects of the end. */
  #endBecause(cause: Cause): void {
    this.#cause ??= cause;
    this.#end();
  }

  readonly #signalled = (signal: NodeJS.Signals): void => {
    this.#log.info('stopping', { signal });
    this.#endBecause('signal');
  };

  /** Only logs, because one request or packet failed, most likely in a platform's library. */
  readonly #rejected = (error: unknown): void => {
    this.#log.error('a rejection was not handled', { error });
  };

  /**
   * Ends the program, because its memory may be inconsistent:
   * https://nodejs.org/api/process.html#warning-using-uncaughtexception-correctly
   */
  readonly #thrown = (error: unknown): void => {
    this.failed('an exception was not caught, and the bot ends', error);
  };
}
