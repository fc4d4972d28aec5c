import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { nothingLeavesLoopback } from '../platforms/loopback-guard.ts';
import { type Person, TelegramServer } from '../platforms/telegram-server.ts';
import { main } from '../support/program.ts';
import { scratchFolder } from '../support/storage.ts';
import { volume } from '../support/volume.ts';

nothingLeavesLoopback();

const { kills, requests } = volume({
  usual: { kills: 2, requests: 105 },
  full: { kills: 3, requests: 210 },
  soak: { kills: 20, requests: 1_400 },
});
const perSecond = 35;

/** The real program, that is killed and started again. */
class Bot {
  readonly #env: Record<string, string>;
  #child: ChildProcess;

  constructor(env: Record<string, string>) {
    this.#env = env;
    this.#child = this.#start();
  }

  async killAndStart(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
    this.#child = this.#start();
  }

  /** Gives its exit code and signal. */
  async end(): Promise<unknown[]> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    return gone;
  }

  #start(): ChildProcess {
    const env = { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...this.#env };
    return spawn(process.execPath, [main], { env, stdio: 'ignore' });
  }
}

const afterwards: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of afterwards.splice(0).toReversed()) await close();
});

describe(`${kills} times kill -9 while ${perSecond} people a second ask on Telegram`, () => {
  it('leaves nobody unanswered, and does nothing twice', { timeout: 180_000 }, async () => {
    const server = await TelegramServer.start({ answerWithinMs: 60_000 });
    const folder = scratchFolder();
    afterwards.push(() => folder.remove());
    afterwards.push(() => server.close());
    const bot = new Bot({
      HANDRAIL_DATA_DIR: `${folder.path}/data`,
      TELEGRAM_BOT_TOKEN: server.token,
      TELEGRAM_API_ROOT: server.apiRoot,
      TELEGRAM_MESSAGES_PER_SECOND: '1000',
    });
    await server.until('a poll', () => server.updates.connected);

    const people = Array.from({ length: requests }, (_, i) => server.user(`person ${i}`));
    const asking = ask(people);
    for (let i = 0; i < kills; i += 1) {
      await sleep((requests / perSecond / (kills + 1)) * 1_000 * (0.5 + randomInt(1_000) / 1_000));
      await bot.killAndStart();
    }
    await asking;

    const unanswered = unansweredOf(server, people);
    await server.until('an answer to each', () => unanswered() === 0).catch(() => {});
    process.stdout.write(`${unanswered()} of ${requests} unanswered after ${kills} kill -9\n`);
    expect(unanswered()).toBe(0);
    for (const person of people) {
      // A kill between an answer and its confirmation lets it be shown again, with the same words.
      for (const { text } of person.alone.looks().messages)
        expect(text).toContain('1 check-in in a row. That is your first one, and it counts.');
    }
    expect(await bot.end()).toEqual([0, null]);
  });
});

/** How many have not been sent anything yet: counted on, since it is asked after everything that happens. */
function unansweredOf(server: TelegramServer, people: readonly Person[]): () => number {
  const waiting = new Set(people.map(({ id }) => id));
  let read = 0;
  return () => {
    for (; read < server.requests.length; read += 1) {
      const request = server.requests[read];
      if (request?.method === 'sendMessage') waiting.delete(String(request.body['chat_id']));
    }
    return waiting.size;
  };
}

async function ask(people: readonly Person[]): Promise<void> {
  const begun = performance.now();
  for (const [i, person] of people.entries()) {
    await sleep(Math.max(0, begun + (i * 1_000) / perSecond - performance.now()));
    person.alone.tells('/checkin');
  }
}
