import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { text as bodyOf } from 'node:stream/consumers';
import type { Delivery, Receipt } from '../../src/core/platform/platform.ts';
import { unpaced } from '../support/memory-platform.ts';
import { afterwards } from './outbox.ts';
import type { ProcessSettings } from './process.js';

const script = new URL('./process.js', import.meta.url).pathname;

/** What reached the platform, and when, by its own clock. */
interface Arrived {
  readonly on: string;
  readonly id: string;
  readonly kind: Delivery['kind'];
  readonly to: string;
  readonly text: string;
  readonly atMs: number;
}

/** What a process adds to what it sends. */
interface Asked {
  readonly on: string;
  readonly by: string;
  readonly text: string;
}

/** A private chat is opened, which some platforms count. */
interface Opening {
  readonly on: string;
  readonly opens: true;
}

/** 'taken': and answered. 'lost after': taken, and the connection breaks. 'lost before': it breaks. 'held': see `release`. */
type Fate = 'taken' | 'lost after' | 'lost before' | 'held';

/** The platform of several processes, played over HTTP. It counts by itself what arrives. */
export class PlatformServer {
  readonly arrived: Arrived[] = [];
  readonly url: string;
  /** What happens to the next delivery. */
  fate: (delivery: Delivery & Asked, count: number) => Fate = () => 'taken';
  /** When each request came, by platform; opening a private chat is one. */
  readonly requests = new Map<string, number[]>();
  /** Resolves the held ones. */
  release: () => void = () => {};
  readonly asksAgainMs: number;
  /** How often it was asked to take something. */
  asked = 0;
  readonly #known = new Map<string, string>();
  #held: Promise<void>;
  #waiting: (() => void)[] = [];

  private constructor(server: Server, asksAgainMs: number) {
    this.asksAgainMs = asksAgainMs;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    this.#held = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  static async start({ asksAgainMs = 0 }: { asksAgainMs?: number } = {}): Promise<PlatformServer> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const platform = new PlatformServer(server, asksAgainMs);
    server.on('request', (request, response) => {
      void (async () => {
        const asked = JSON.parse(await bodyOf(request)) as Opening | (Delivery & Asked);
        platform.#count(asked.on);
        if ('opens' in asked) {
          response.end();
          return;
        }
        const delivery = asked;
        const fate = platform.fate(delivery, (platform.asked += 1));
        if (fate === 'lost before') {
          request.socket.destroy();
          return;
        }
        const receipt = platform.#take(delivery);
        if (fate === 'held') await platform.#held;
        if (fate === 'lost after') request.socket.destroy();
        else response.end(JSON.stringify(receipt));
      })();
    });
    afterwards(() => {
      server.close();
      server.closeAllConnections();
    });
    return platform;
  }

  /** Resolves when so many have arrived. */
  async until(count: number): Promise<void> {
    while (this.arrived.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Messages that stand there twice. */
  get doubles(): readonly string[] {
    const texts = this.arrived.filter(({ kind }) => kind === 'post').map(({ text }) => text);
    return texts.filter((text, i) => texts.indexOf(text) !== i);
  }

  #count(on: string): void {
    const times = this.requests.get(on) ?? [];
    this.requests.set(on, times);
    times.push(performance.now());
  }

  #take(delivery: Delivery & Asked): Receipt {
    const { id, kind, text, on } = delivery;
    const known = this.#known.get(id);
    if (known !== undefined && this.asksAgainMs > 0) return sent(known);
    const to = delivery.kind === 'post' ? JSON.stringify(delivery.to) : '';
    this.arrived.push({ on, id, kind, text, to, atMs: performance.now() });
    const message = `message-${this.arrived.length}`;
    this.#known.set(id, message);
    for (const wake of this.#waiting.splice(0)) wake();
    return sent(message);
  }
}

function sent(message: string): Receipt {
  return { kind: 'sent', message: message as never, thread: null };
}

let named = 0;

type Settings = Partial<ProcessSettings> & Pick<ProcessSettings, 'database' | 'keyFile' | 'platformUrl'>;

/** A process that sends. Killed after the test, if it still lives. */
export class OutboxProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  readonly #closed: Promise<unknown[]>;
  readonly #lines: Interface;
  readonly #said: string[] = [];
  complaints = '';

  readonly name: string;

  constructor(settings: Settings) {
    const full = {
      platforms: { fake: unpaced },
      name: `process ${(named += 1)}`,
      tellsSteps: false,
      asksSosEveryMs: 0,
      leaseMs: 1_000,
      pollMs: 200,
      clockAheadMs: 0,
      looksUpSlowly: false,
      killAt: null,
      ...settings,
    };
    const env = { PATH: process.env['PATH'], OUTBOX_PROCESS: JSON.stringify(full, infinite) };
    this.#child = spawn(process.execPath, [script], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.name = full.name;
    this.exited = once(this.#child, 'exit');
    this.#closed = once(this.#child, 'close');
    this.#lines = createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> });
    this.#lines.on('line', (line) => this.#said.push(line));
    this.#child.stderr?.on('data', (chunk) => {
      this.complaints = `${this.complaints}${String(chunk)}`.slice(-4_000);
    });
    afterwards(async () => {
      this.#child.kill('SIGKILL');
      await this.exited;
    });
  }

  /** @throws Error if it ends first */
  async ready(): Promise<this> {
    await this.says('ready');
    return this;
  }

  /** @throws Error if it ends first */
  async says(line: string): Promise<void> {
    const ended = this.exited.then(([code, signal]) => {
      if (signal === 'SIGKILL') return;
      throw new Error(`It ended (${String(code ?? signal)}):\n${this.complaints}`);
    });
    const said = (async () => {
      while (!this.#said.includes(line)) await once(this.#lines, 'line');
    })();
    await Promise.race([said, ended]);
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
    this.#child.kill(name);
  }

  /** What it began, and has not recorded. Only of one that tells its steps. */
  get inDoubt(): readonly string[] {
    const open = new Set<string>();
    for (const line of this.#said) {
      const [what = '', id = ''] = line.split(' ');
      if (what === 'begin') open.add(id);
      else if (what === 'end') open.delete(id);
    }
    return [...open];
  }

  /** Ends it, and gives the rest of the last line that begins with this word. */
  async lastWord(word: string): Promise<string> {
    this.#child.stdin?.end();
    await this.#closed;
    return this.#said.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? '';
  }

  /** Resolves when it is dead and all that it said was read. */
  async killed(): Promise<void> {
    this.signal('SIGKILL');
    await this.#closed;
  }
}

/** JSON has no infinity. A number that is larger than any does the same. */
function infinite(_: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : value;
}
