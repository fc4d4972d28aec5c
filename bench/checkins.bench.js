// Check-ins through the inbox, beside the same through the inbox of an earlier commit, with ten years of history, and
// beside bare Prisma: by turns, each in a process of its own.
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
import { buildEarlier } from './earlier.js';
import { machine, spread } from './machine.js';
import { byTurns, cells, table } from './rounds.js';

const roundCount = 5;
const levels = [1, 16];
/** npm run bench -- checkins COMMIT */
const [, earlierCommit = '6846c93'] = process.argv.slice(2);
const longDays = 3_650;
const goals = {
  earlier: earlierCommit === '6846c93' ? 'at least 1.5' : 'at least 0.95',
  long: 'at most 1.3 times as long, which is at least 0.77',
};

// A pass is a day on which everyone checks in: these first, then one for each level of each round.
const [warmAtOne, warmAtMany, counted, firstMeasured] = [0, 1, 2, 3];
const passOf = (index, level) => firstMeasured + index * levels.length + levels.indexOf(level);

const worker = new URL('./checkin-worker.js', import.meta.url);
const earlier = buildEarlier(earlierCommit);
const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
const keyFile = join(folder, 'handrail.key');
const everyone = Array.from({ length: memberCount }, (_, member) => member);

async function warm(contender) {
  await contender.ask('checkIns', warmAtOne, everyone, 1);
  await contender.ask('checkIns', warmAtMany, everyone, 16);
  return contender;
}

/**
 * All contenders, warm, each on a database of its own with the same people. `plant` makes one with the bot of a worker,
 * `copy` copies one.
 */
async function contenders({ plant, copy }) {
  const [seeded, seededEarlier] = [await plant(worker), await plant(earlier.worker)];
  const startBot = async (code, name, from) => ({
    ...(await start(code, { who: 'bot', choice: await copy(from), keyFile })),
    name,
  });
  const bot = await warm(await startBot(worker, 'Handrail', seeded));
  const long = await startBot(worker, `Handrail, ${longDays} days`, seeded);
  await long.ask('lengthen', longDays - historyDays);
  await warm(long);
  const old = await warm(await startBot(earlier.worker, `Handrail of ${earlierCommit}`, seededEarlier));
  const sizes = await bot.ask('sealedSizes', warmAtOne);
  const peer = { who: 'bare Prisma', choice: await copy(seeded), sizes, statements: 'today' };
  return { bot, long, old, bare: await warm(await start(worker, peer)) };
}

async function measure(all) {
  const seen = levels.flatMap((atOnce) => all.map((contender) => ({ contender, atOnce, rounds: [] })));
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

async function report(title, { bot, long, old, bare }) {
  const statements = compare(
    [bot.name, await bot.ask('statements', counted)],
    [bare.name, await bare.ask('statements', counted)],
  );
  for (const other of [long, old]) await other.ask('statements', counted);
  const seen = await measure([bot, long, old, bare]);
  const rows = seen.map(({ contender, atOnce, rounds }) => [contender.name, String(atOnce), ...cells(rounds)]);
  const roundsOf = (who, level) => seen.find(({ contender, atOnce }) => contender === who && atOnce === level).rounds;
  const ratio = (who, other, level, of) => {
    const others = roundsOf(other, level);
    const ratios = roundsOf(who, level).map(({ perSecond }, index) => perSecond / others[index].perSecond);
    return `${level} at once: ${spread(ratios, of, 2).text}`;
  };
  const lines = levels.flatMap((level) => [
    `${ratio(bot, old, level, `times ${old.name}`)} (goal: ${goals.earlier})`,
    `${ratio(long, bot, level, `with ${longDays} days, of ${historyDays} days`)} (goal: ${goals.long})`,
    ratio(bot, bare, level, 'of bare Prisma'),
  ]);
  const head = [title, 'at once', 'a second', 'p50', 'p99'];
  process.stdout.write(`\n${table([head, ...rows])}\n${lines.join('\n')}\nStatements a check-in: ${statements}\n`);
}

async function run(title, databases) {
  const all = await contenders(databases);
  await report(title, all);
  for (const contender of Object.values(all)) await contender.close();
}

async function plantBy(planter, choice, atOnce) {
  const bot = await start(planter, { who: 'bot', choice, keyFile });
  await bot.ask('seed', atOnce);
  await bot.close();
  return choice;
}

async function onSqlite() {
  let files = 0;
  const next = () => ({ kind: 'sqlite', file: join(folder, `${++files}.db`) });
  const version = new Sqlite(':memory:').prepare('SELECT sqlite_version()').pluck().get();
  await run(`SQLite ${String(version)}`, {
    plant: (planter) => plantBy(planter, next(), 1),
    async copy({ file }) {
      const choice = next();
      copyFileSync(file, choice.file);
      return choice;
    },
  });
}

async function onPostgres() {
  const server = await startPostgres();
  try {
    const version = await askServer(await server.newDatabase(), 'SHOW server_version');
    await run(`PostgreSQL ${version}`, {
      async plant(planter) {
        const choice = await plantBy(planter, { kind: 'postgresql', url: await server.newDatabase() }, 8);
        await askServer(choice.url, 'VACUUM ANALYZE');
        return choice;
      },
      copy: async ({ url }) => ({ kind: 'postgresql', url: await copyOf(url, server) }),
    });
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
  earlier.remove();
}
