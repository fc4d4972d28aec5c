// Check-ins through the inbox, beside the bare statements of the same check-in: by turns, each in a process of its own.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { startPostgres } from '../tests/support/postgres.js';
import { historyDays, memberCount } from './checkin-requests.js';
import { compare } from './checkin-statements.js';
import { start } from './contender.js';
import { pageWritesMs } from './disk.js';
import { machine, spread } from './machine.js';
import { byTurns, cells, table } from './rounds.js';

const roundCount = 5;
const levels = [1, 16];
const goal = { atOnce: 16, ratio: 0.8 };

// A pass is a day on which everyone checks in: these first, then one for each level of each round.
const [warmAtOne, warmAtMany, counted, firstMeasured] = [0, 1, 2, 3];
const passOf = (index, level) => firstMeasured + index * levels.length + levels.indexOf(level);

const worker = new URL('./checkin-worker.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
const keyFile = join(folder, 'handrail.key');
const everyone = Array.from({ length: memberCount }, (_, member) => member);

/** The bot and bare Prisma, warm, each on a copy of the same database; and whether their statements are the same. */
async function evenPair(copy) {
  const bot = await warm(await start(worker, { who: 'bot', choice: await copy(), keyFile }));
  const sizes = await bot.ask('sealedSizes', warmAtOne);
  const bare = await warm(await start(worker, { who: 'bare Prisma', choice: await copy(), sizes }));
  const statements = compare(
    ['Handrail', await bot.ask('statements', counted)],
    [bare.name, await bare.ask('statements', counted)],
  );
  return { bot, bare, sizes, statements };
}

async function warm(contender) {
  await contender.ask('checkIns', warmAtOne, everyone, 1);
  await contender.ask('checkIns', warmAtMany, everyone, 16);
  return contender;
}

/** @param seats who is measured at how many at once */
async function measure(seats) {
  const seen = seats.map((seat) => ({ ...seat, rounds: [] }));
  for (let index = 0; index < roundCount; index += 1) {
    for (const level of levels) {
      const seats = seen.filter(({ atOnce }) => atOnce === level);
      await byTurns(seats, everyone, ({ contender, atOnce }, members) =>
        contender.ask('checkIns', passOf(index, level), members, atOnce),
      );
    }
  }
  return seen;
}

function report(title, seen, { bot, bare, statements }) {
  const rows = seen.map(({ contender, atOnce, rounds }) => [
    contender === bot ? 'Handrail' : contender.name,
    String(atOnce),
    ...cells(rounds),
  ]);
  const lines = levels.map((level) => {
    const of = (who) => seen.find(({ contender, atOnce }) => contender === who && atOnce === level).rounds;
    const peers = of(bare);
    const ratios = of(bot).map(({ perSecond }, index) => perSecond / peers[index].perSecond);
    const aim = level === goal.atOnce ? ` (goal: at least ${goal.ratio})` : '';
    return `${level} at once: ${spread(ratios, 'of bare Prisma', 2).text}${aim}`;
  });
  const head = [title, 'at once', 'a second', 'p50', 'p99'];
  process.stdout.write(`\n${table([head, ...rows])}\n${lines.join('\n')}\nStatements a check-in: ${statements}\n`);
}

async function plant(choice, atOnce) {
  const bot = await start(worker, { who: 'bot', choice, keyFile });
  await bot.ask('seed', atOnce);
  await bot.close();
}

async function onSqlite() {
  const seeded = join(folder, 'seed.db');
  await plant({ kind: 'sqlite', file: seeded }, 1);
  let copies = 0;
  const copyFile = () => {
    const file = join(folder, `copy-${++copies}.db`);
    copyFileSync(seeded, file);
    return file;
  };
  const copy = async () => ({ kind: 'sqlite', file: copyFile() });
  const pair = await evenPair(copy);
  const { bot, bare, sizes } = pair;
  const passes = [warmAtOne, ...Array.from({ length: roundCount }, (_, index) => passOf(index, 1))];
  const bottom = await start(worker, {
    who: 'bare better-sqlite3',
    choice: await copy(),
    sizes,
    played: { file: copyFile(), passes },
  });
  await bottom.ask('checkIns', warmAtOne, everyone, 1);

  // better-sqlite3 waits for each statement: at once it would be the same, one by one.
  const seats = [bot, bare, bottom].map((contender) => ({ contender, atOnce: 1 }));
  seats.push(...[bot, bare].map((contender) => ({ contender, atOnce: 16 })));
  const version = new Sqlite(':memory:').prepare('SELECT sqlite_version()').pluck().get();
  report(`SQLite ${String(version)}`, await measure(seats), pair);
  for (const contender of [bot, bare, bottom]) await contender.close();
}

async function onPostgres() {
  const server = await startPostgres();
  try {
    const seeded = await server.newDatabase();
    await plant({ kind: 'postgresql', url: seeded }, 8);
    const version = await askServer(seeded, 'SHOW server_version');
    await askServer(seeded, 'VACUUM ANALYZE');
    const pair = await evenPair(async () => ({ kind: 'postgresql', url: await copyOf(seeded, server) }));
    const { bot, bare } = pair;
    const seats = levels.flatMap((atOnce) => [bot, bare].map((contender) => ({ contender, atOnce })));
    report(`PostgreSQL ${version}`, await measure(seats), pair);
    for (const contender of [bot, bare]) await contender.close();
  } finally {
    await server.stop();
  }
}

async function copyOf(address, server) {
  const copy = await server.newDatabase();
  const elsewhere = Object.assign(new URL(copy), { pathname: '/postgres' }).href;
  const [from, to] = [address, copy].map((url) => new URL(url).pathname.slice(1));
  await askServer(elsewhere, `DROP DATABASE ${to}`);
  await askServer(elsewhere, `CREATE DATABASE ${to} TEMPLATE ${from}`);
  return copy;
}

async function askServer(address, sql) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return Object.values(rows[0] ?? {})[0];
}

try {
  writeFileSync(keyFile, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
  process.stdout.write(`${machine()}\n`);
  process.stdout.write(
    `${memberCount} members with ${historyDays} days of history; a round is one check-in of each, with a mood and a note.\n`,
  );
  const disk = pageWritesMs(join(folder, 'page'), 500);
  process.stdout.write(`The disk: one page written and synced in ${spread(disk, 'ms', 2).text}\n`);
  await onSqlite();
  await onPostgres();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
