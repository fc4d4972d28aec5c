// `/checkin mood:4` on a platform, from when the bot is told until its answer is seen, beside handlers of its bare library
// with the bare statements of the same check-in: by turns, each bot and the platform itself in a process of its own.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { historyDays, memberCount } from './checkin-requests.js';
import { compare } from './checkin-statements.js';
import { start } from './contender.js';
import { pageWritesMs } from './disk.js';
import { buildLoopback } from './loopback.js';
import { machine, spread } from './machine.js';
import { byTurns, cells, table } from './rounds.js';

const roundCount = 5;
/** How many check-ins of each member a round is. */
const levels = [
  { atOnce: 1, checkInsEach: 1 },
  { atOnce: 16, checkInsEach: 3 },
];
/** The platform here keeps all that it was sent: it tidies up between two turns, and has room for what comes in one. */
const roomForATurn = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];
const goal = { p50: 1, p99: 1.25 };

// A pass is a day on which everyone checks in.
const [warmAtOne, warmAtMany, counted, firstMeasured] = [0, 1, 2, 3];
const passCount = firstMeasured + roundCount * levels.reduce((sum, { checkInsEach }) => sum + checkInsEach, 0);

const checkInsOf = (pass) => Array.from({ length: memberCount }, (_, member) => ({ member, pass }));
const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
const loopback = buildLoopback();

async function startPlatform({ name, server }) {
  const about = { who: name, module: loopback.module(server) };
  return start(new URL(`./${server}.js`, import.meta.url), about, roomForATurn);
}

async function startBot(platform, { bot }, who, database, about) {
  const started = await start(new URL(`./${bot}.js`, import.meta.url), { who, ...about });
  await platform.ask('ready', who);
  return { name: who, database, ...started };
}

/** Handrail and the bare ones, each on a copy of the same database, and Handrail past its first pass. */
async function allBots(platform, on) {
  const dataDir = join(folder, 'data');
  const database = join(dataDir, 'handrail.db');
  const { settings, people } = await platform.ask('open', 'Handrail');
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(`${dataDir}.key`, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
  await plant({ kind: 'sqlite', file: database }, `${dataDir}.key`, people);
  const copies = on.bare.map((_, i) => join(folder, `bare-${i}.db`));
  for (const copy of copies) copyFileSync(database, copy);

  const bots = [await startBot(platform, on, 'Handrail', database, { settings, dataDir })];
  await platform.ask('checkIns', 'Handrail', checkInsOf(warmAtOne), 1);
  const answer = await platform.ask('answer', 'Handrail');
  const shared = { sealedIn: database, sealedPass: warmAtOne, passCount, answer };
  for (const [i, { name, ...how }] of on.bare.entries()) {
    const { settings, people } = await platform.ask('open', name);
    const bare = { ...shared, ...how, file: copies[i], accounts: people.accounts };
    bots.push(await startBot(platform, on, name, copies[i], { settings, bare }));
    await platform.ask('checkIns', name, checkInsOf(warmAtOne), 1);
  }
  return bots;
}

async function plant(choice, keyFile, people) {
  const bot = await start(new URL('./checkin-worker.js', import.meta.url), { who: 'bot', choice, keyFile });
  await bot.ask('seed', 1, people);
  await bot.close();
}

/** The statements of a check-in of each. */
async function statementsOf(platform, bots) {
  const counts = [];
  for (const bot of bots) {
    await bot.ask('hear');
    await platform.ask('checkIns', bot.name, checkInsOf(counted), 1);
    counts.push([bot.name, await bot.ask('heard')]);
  }
  return counts;
}

async function measure(platform, bots) {
  const seats = bots.flatMap(({ name }) => levels.map(({ atOnce }) => ({ name, atOnce, rounds: [] })));
  let pass = firstMeasured;
  for (let index = 0; index < roundCount; index += 1) {
    for (const { atOnce, checkInsEach } of levels) {
      const days = Array.from({ length: checkInsEach }, () => pass++);
      const taking = seats.filter((seat) => seat.atOnce === atOnce);
      await byTurns(
        taking,
        days.flatMap((day) => checkInsOf(day)),
        ({ name }, some) => platform.ask('checkIns', name, some, atOnce),
      );
    }
  }
  return seats;
}

function report(on, seats, [handrail, ...others]) {
  const rows = seats.map(({ name, atOnce, rounds }) => [name, String(atOnce), ...cells(rounds)]);
  const lines = levels.flatMap(({ atOnce }) => {
    const of = (bot) => seats.find((seat) => seat.name === bot.name && seat.atOnce === atOnce).rounds;
    return others.map((other) => {
      const [p50, p99] = ['p50Ms', 'p99Ms'].map((figure) => {
        const ratios = of(handrail).map((round, index) => round[figure] / of(other)[index][figure]);
        return spread(ratios, `of ${other.name}`, 2).text;
      });
      const aim = other.name === on.goalOf ? ` (goal: p50 at most ${goal.p50}, p99 ${goal.p99})` : '';
      return `${atOnce} at once: p50 ${p50}, p99 ${p99}${aim}`;
    });
  });
  process.stdout.write(`\n${table([[on.name, 'at once', 'a second', 'p50', 'p99'], ...rows])}\n${lines.join('\n')}\n`);
}

/** Throws unless each saw the same words every time, and has every check-in and every answered request in its database. */
async function verify(platform, bots) {
  const answers = memberCount * passCount;
  const words = new Set();
  for (const { name, database } of bots) {
    for (const [said, times] of await platform.ask('seen', name)) {
      words.add(said);
      if (times !== answers) throw new Error(`${name} said ${times} times instead of ${answers}: ${said}`);
    }
    const db = new Sqlite(database, { readonly: true });
    const count = (table) => db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get();
    const stored = [count('CheckIn') - memberCount * historyDays, count('HandledRequest')];
    db.close();
    if (stored.some((rows) => rows !== answers))
      throw new Error(`${name} stored ${stored.join(' and ')} of ${answers}`);
  }
  const [said, ...otherwise] = words;
  if (otherwise.length > 0) throw new Error(`Not the same words:\n${[...words].join('\n\n')}`);
  process.stdout.write(
    `Of each ${answers} answers, all stored, and all with these words: ${said.replaceAll('\n', ' | ')}\n`,
  );
}

/**
 * `on`: the platform's name, the versions of its libraries, the modules that play it (`server`) and the bots on it (`bot`),
 * the bare bots, of which the last one makes the statements of today, and beside which of them the goal is.
 */
export async function benchOn(on) {
  try {
    const load = loadavg().map((each) => each.toFixed(2));
    process.stdout.write(`${machine()}, ${on.version}; load before: ${load.join(' ')}\n`);
    const rounds = levels.map(({ atOnce, checkInsEach }) => `${memberCount * checkInsEach} at ${atOnce} at once`);
    process.stdout.write(
      `${memberCount} members with ${historyDays} days of history; a round is ${rounds.join(', ')}. ${on.name} is on loopback.\n`,
    );
    const disk = pageWritesMs(join(folder, 'page'), 500);
    process.stdout.write(`The disk: one page written and synced in ${spread(disk, 'ms', 2).text}\n`);
    const platform = await startPlatform(on);
    const bots = await allBots(platform, on);
    for (const { name } of bots) await platform.ask('checkIns', name, checkInsOf(warmAtMany), 16);
    const statements = await statementsOf(platform, bots);
    report(on, await measure(platform, bots), bots);
    process.stdout.write(`Statements a check-in: ${compare(statements[0], statements.at(-1))}\n`);
    for (const bot of bots) await bot.close();
    await verify(platform, bots);
    await platform.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    loopback.remove();
  }
}
