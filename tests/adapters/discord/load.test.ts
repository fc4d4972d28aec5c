import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { aBot, aStorage, asRead } from './bot.ts';

const perSecond = 50;
const seconds = 6;
const stalls = [1_000, 2_500, 4_000];
const stallMs = 500;

/** Another program that holds the write lock of a SQLite file when it is told to, for as long as it is told. */
const holder = `
  const Database = require('better-sqlite3');
  const db = new Database(process.argv[1]);
  process.on('message', (ms) => {
    db.exec('BEGIN IMMEDIATE');
    setTimeout(() => db.exec('ROLLBACK'), ms);
  });
  process.send('ready');
`;

let stopHolder = () => {};
afterEach(() => stopHolder());

async function lockHolder(file: string) {
  const child = spawn(process.execPath, ['-e', holder, file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  stopHolder = () => child.kill('SIGKILL');
  await once(child, 'message');
  return { hold: (ms: number) => child.send(ms) };
}

describe('50 interactions a second, with the database stalled for half a second', () => {
  it('are acknowledged in time, and each is kept and seen once', { timeout: 60_000 }, async () => {
    const { store, file } = await aStorage();
    const { server, general } = await aBot({ store, answerWithinMs: 20_000 });
    const database = await lockHolder(file);
    const members = Array.from({ length: perSecond * seconds }, (_, i) => server.user(`member ${i}`));
    for (const at of stalls) void sleep(at).then(() => database.hold(stallMs));

    const seen = await Promise.all(
      members.map(async (member, i) => {
        await sleep((i * 1_000) / perSecond);
        return member.in(general).slash('checkin', { mood: 1 + (i % 5) });
      }),
    );

    for (const each of seen) {
      expect(asRead(each.text)).toContain('1 check-in in a row');
      expect(each.messages).toHaveLength(1);
    }
    for (const { id } of members) {
      const account = await store.members.find({ platform: 'discord', key: id });
      expect(await store.checkIns.days(account?.member.id as never)).toHaveLength(1);
    }
    const { interactions } = server;
    const answers = interactions.map(({ dispatchedAt, answeredAt }) => (answeredAt ?? 0) - dispatchedAt);
    expect(Math.max(...answers), 'the stall was felt').toBeGreaterThan(stallMs * 0.8);
    const waits = interactions
      .map(({ dispatchedAt, acknowledgedAt }) => (acknowledgedAt ?? Number.POSITIVE_INFINITY) - dispatchedAt)
      .toSorted((a, b) => a - b);
    const p99 = waits[Math.ceil(waits.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
    const slowest = waits.at(-1) ?? Number.POSITIVE_INFINITY;
    process.stdout.write(
      `acknowledged: n = ${waits.length}, p50 ${waits[Math.floor(waits.length / 2)]?.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms\n`,
    );
    expect(p99).toBeLessThanOrEqual(1_000);
    expect(slowest).toBeLessThanOrEqual(3_000);
  });
});
