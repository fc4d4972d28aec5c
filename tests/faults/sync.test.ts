import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../support/storage.ts';
import type { Answered } from './bot.js';
import { BotProcess } from './bot-process.ts';
import { sqliteUnderFire } from './databases.ts';
import { Ledger } from './ledger.ts';
import { type SystemCall, systemCalls } from './trace.ts';

const checkIns = 50;
const traced = 'write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync';
const writing = /^p?write/;

const tried = spawnSync('strace', ['-f', 'true']);
const missing = tried.status === 0 ? '' : ' (not tried: strace is not there, or may not trace)';

it.skipIf(missing !== '')(
  `has each check-in on the disk, and not only on its way there, before a member reads that it is saved${missing}`,
  async () => {
    const calls = await traceOf(new Ledger(1, checkIns));
    const answers = calls.filter(({ fd, name, argumentsText }) => isAnswer(fd, name, argumentsText));
    // The yes to keeping, then the check-ins, each asked when the one before it was answered.
    expect(answers).toHaveLength(1 + checkIns);
    for (const [i, answer] of answers.entries()) {
      const since = answers[i - 1]?.done ?? -1;
      const written = calls.filter((call) => writes(call) && call.done > since && call.began < answer.began);
      expect(written, `what answer ${i} says was written`).not.toEqual([]);
      const unsynced = written.filter((write) => !isSynced(write, answer, calls));
      expect(unsynced.map(({ name, path }) => `${name} to ${path}, not synced before answer ${i}`)).toEqual([]);
    }
  },
);

/** Everything that the bot wrote and synced while these were asked, one after the other. */
async function traceOf(ledger: Ledger): Promise<readonly SystemCall[]> {
  const folder = scratchFolder();
  const database = await sqliteUnderFire();
  const output = join(folder.path, 'trace');
  const bot = new BotProcess(database.settings, ['strace', '-f', '-y', '-e', `trace=${traced}`, '-o', output]);
  for await (const line of bot.lines) {
    if (line !== 'ready') ledger.note(JSON.parse(line) as Answered, 0);
    bot.ask(ledger.take(1));
    if (ledger.unanswered === 0) bot.end();
  }
  await bot.gone();
  expect(ledger.wrong).toEqual([]);
  const trace = readFileSync(output, 'utf8');
  folder.remove();
  await database.close();
  // What came before the first request is the start's.
  return systemCalls(trace.slice(trace.indexOf('"ready')));
}

function isAnswer(fd: number, name: string, argumentsText: string): boolean {
  return fd === 1 && name === 'write' && argumentsText.includes(String.raw`{\"id\"`);
}

/** A write to the database or its log. What a lock or an index in memory needs has no part in keeping. */
function writes({ name, path }: SystemCall): boolean {
  return writing.test(name) && /handrail\.db(-wal|-journal)?$/.test(path);
}

/** A sync of the same file that began after the write was done, and was itself done, without error, before the answer. */
function isSynced(write: SystemCall, answer: SystemCall, calls: readonly SystemCall[]): boolean {
  return calls.some(
    ({ name, path, result, began, done }) =>
      name.endsWith('sync') && path === write.path && result === 0 && began > write.done && done < answer.began,
  );
}
