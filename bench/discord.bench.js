// `/checkin mood:4` on Discord, from when the bot is told until its answer is seen, beside handlers of bare discord.js with
// the bare statements of the same check-in: by turns, each bot and Discord itself in a process of its own.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { version as discordJs } from 'discord.js';
import { historyDays, memberCount } from './checkin-requests.js';
import { compare } from './checkin-statements.js';
import { start } from './contender.js';
import { pageWritesMs } from './disk.js';
import { machine, spread } from './machine.js';
import { byTurns, cells, table } from './rounds.js';

const roundCount = 5;
/** How many check-ins of each member a round is. */
const levels = [
  { atOnce: 1, checkInsEach: 1 },
  { atOnce: 16, checkInsEach: 3 },
];
/** Discord here keeps all that it was sent: it tidies up between two turns, and has room for what comes in one. */
const roomForATurn = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];
const goal = { of: 'bare deferring', ratio: 1.5 };

// A pass is a day on which everyone checks in.
const [warmAtOne, warmAtMany, counted, firstMeasured] = [0, 1, 2, 3];
const passCount = firstMeasured + roundCount * levels.reduce((sum, { checkInsEach }) => sum + checkInsEach, 0);

const checkInsOf = (pass) => Array.from({ length: memberCount }, (_, member) => ({ member, pass }));
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
// In dist/, where Node finds the packages.
const built = mkdtempSync(join(root, 'dist/bench-'));

/** tests/platforms/ is TypeScript, which Node 20 does not run. What it checks by Discord's OpenAPI is left to the tests. */
async function startDiscord() {
  const tsc = join(root, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', join(root, 'bench/tsconfig.loopback.json'), '--outDir', built]);
  process.env['HANDRAIL_SPECS'] = built;
  const about = { who: 'Discord', module: join(built, 'discord-server.js') };
  return start(new URL('./discord-server.js', import.meta.url), about, roomForATurn);
}

async function startBot(discord, who, database, about) {
  const bot = await start(new URL('./discord-bot.js', import.meta.url), { who, ...about });
  await discord.ask('ready', who);
  return { name: who, database, ...bot };
}

/** Handrail and the two bare ones, each on a copy of the same database, and Handrail past its first pass. */
async function threeBots(discord) {
  const dataDir = join(folder, 'data');
  const database = join(dataDir, 'handrail.db');
  const { settings, people } = await discord.ask('open', 'Handrail');
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(`${dataDir}.key`, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
  await plant({ kind: 'sqlite', file: database }, `${dataDir}.key`, people);
  const copies = ['deferring', 'replying'].map((name) => join(folder, `${name}.db`));
  for (const copy of copies) copyFileSync(database, copy);

  const handrail = await startBot(discord, 'Handrail', database, { settings, dataDir });
  await discord.ask('checkIns', 'Handrail', checkInsOf(warmAtOne), 1);
  const shared = {
    sealedIn: database,
    sealedPass: warmAtOne,
    passCount,
    answer: await discord.ask('answer', 'Handrail'),
  };
  const bare = async (who, file, putsOff) => {
    const { settings } = await discord.ask('open', who);
    return startBot(discord, who, file, { settings, bare: { ...shared, file, putsOff } });
  };
  const deferring = await bare('bare deferring', copies[0], true);
  const replying = await bare('bare replying', copies[1], false);
  for (const { name } of [deferring, replying]) await discord.ask('checkIns', name, checkInsOf(warmAtOne), 1);
  return [handrail, deferring, replying];
}

async function plant(choice, keyFile, people) {
  const bot = await start(new URL('./checkin-worker.js', import.meta.url), { who: 'bot', choice, keyFile });
  await bot.ask('seed', 1, people);
  await bot.close();
}

/** The statements of a check-in of each. */
async function statementsOf(discord, bots) {
  const counts = [];
  for (const bot of bots) {
    await bot.ask('hear');
    await discord.ask('checkIns', bot.name, checkInsOf(counted), 1);
    counts.push([bot.name, await bot.ask('heard')]);
  }
  return counts;
}

async function measure(discord, bots) {
  const seats = bots.flatMap(({ name }) => levels.map(({ atOnce }) => ({ name, atOnce, rounds: [] })));
  let pass = firstMeasured;
  for (let index = 0; index < roundCount; index += 1) {
    for (const { atOnce, checkInsEach } of levels) {
      const days = Array.from({ length: checkInsEach }, () => pass++);
      const taking = seats.filter((seat) => seat.atOnce === atOnce);
      await byTurns(
        taking,
        days.flatMap((day) => checkInsOf(day)),
        ({ name }, some) => discord.ask('checkIns', name, some, atOnce),
      );
    }
  }
  return seats;
}

function report(seats, [handrail, ...others]) {
  const rows = seats.map(({ name, atOnce, rounds }) => [name, String(atOnce), ...cells(rounds)]);
  const lines = levels.flatMap(({ atOnce }) => {
    const of = (bot) => seats.find((seat) => seat.name === bot.name && seat.atOnce === atOnce).rounds;
    return others.map((other) => {
      const [p50, p99] = ['p50Ms', 'p99Ms'].map((figure) => {
        const ratios = of(handrail).map((round, index) => round[figure] / of(other)[index][figure]);
        return spread(ratios, `of ${other.name}`, 2).text;
      });
      const aim = other.name === goal.of ? ` (goal: at most ${goal.ratio})` : '';
      return `${atOnce} at once: p50 ${p50}, p99 ${p99}${aim}`;
    });
  });
  process.stdout.write(
    `\n${table([['Discord', 'at once', 'a second', 'p50', 'p99'], ...rows])}\n${lines.join('\n')}\n`,
  );
}

/** Throws unless each saw the same words every time, and has every check-in and every answered request in its database. */
async function verify(discord, bots) {
  const answers = memberCount * passCount;
  const words = new Set();
  for (const { name, database } of bots) {
    for (const [said, times] of await discord.ask('seen', name)) {
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

try {
  const load = loadavg().map((each) => each.toFixed(2));
  process.stdout.write(`${machine()}, discord.js ${discordJs}; load before: ${load.join(' ')}\n`);
  const rounds = levels.map(({ atOnce, checkInsEach }) => `${memberCount * checkInsEach} at ${atOnce} at once`);
  process.stdout.write(
    `${memberCount} members with ${historyDays} days of history; a round is ${rounds.join(', ')}. Discord is on loopback.\n`,
  );
  const disk = pageWritesMs(join(folder, 'page'), 500);
  process.stdout.write(`The disk: one page written and synced in ${spread(disk, 'ms', 2).text}\n`);
  const discord = await startDiscord();
  const bots = await threeBots(discord);
  for (const { name } of bots) await discord.ask('checkIns', name, checkInsOf(warmAtMany), 16);
  const statements = await statementsOf(discord, bots);
  report(await measure(discord, bots), bots);
  process.stdout.write(`Statements a check-in: ${compare(statements[0], statements[1])}\n`);
  for (const bot of bots) await bot.close();
  await verify(discord, bots);
  await discord.close();
} finally {
  for (const each of [folder, built]) rmSync(each, { recursive: true, force: true });
}
