import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Asked } from './bot.js';

const script = new URL('./bot.js', import.meta.url).pathname;

/** A bot in a process of its own, from its start to its end. */
export class BotProcess {
  /** Every line that left the process, also those that were on their way when it was killed. */
  readonly lines: AsyncIterable<string>;
  readonly spawnedAt = performance.now();
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #closed: Promise<unknown[]>;
  #complaints = '';

  /** @param before what starts the bot, where it is not Node itself ("strace", …) */
  constructor(settings: Record<string, string>, before: readonly string[] = []) {
    const [command = process.execPath, ...rest] = before;
    const args = before.length === 0 ? [script] : [...rest, process.execPath, script];
    const env = { PATH: process.env['PATH'], ...settings };
    this.#child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#closed = once(this.#child, 'close');
    this.lines = createInterface({ input: this.#child.stdout });
    // Whoever writes to a process that was just killed hears of it by its end.
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.on('data', (chunk) => {
      this.#complaints = `${this.#complaints}${String(chunk)}`.slice(-4_000);
    });
  }

  ask(askings: readonly Asked[]): void {
    if (askings.length > 0) this.#child.stdin.write(askings.map((asking) => `${JSON.stringify(asking)}\n`).join(''));
  }

  /** It finishes what it has and closes its storage. */
  end(): void {
    this.#child.stdin.end();
  }

  kill9(): void {
    this.#child.kill('SIGKILL');
  }

  /**
   * Resolves when it is gone, by `kill9` or by `end`.
   * @throws Error with what it printed, where it ended by itself
   */
  async gone(): Promise<void> {
    const [code, signal] = await this.#closed;
    if (signal === 'SIGKILL' || code === 0) return;
    throw new Error(`The bot ended by itself (${String(code ?? signal)}):\n${this.#complaints}`);
  }

  /** The last that it printed about what went wrong. */
  get complaints(): string {
    return this.#complaints;
  }
}
