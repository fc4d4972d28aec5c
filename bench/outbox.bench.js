// Deliveries through the outbox, from the queue to a platform that answers at once: on SQLite, and on PostgreSQL with
// several processes, beside pg-boss on the same server, by turns. And how long after its time a delivery is sent.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { startPostgres } from '../tests/support/postgres.js';
import { start } from './contender.js';
import { pageWritesMs } from './disk.js';
import { machine, spread } from './machine.js';
import { drain, lagsOf } from './queue.js';
import { table } from './rounds.js';

const roundCount = 5;
const drained = 1_500;
const levels = [1, 2, 4];
/** As many as the dispatcher holds (src/core/outbox/dispatcher.ts), and strictly one by one. */
const held = 20;
const inFlights = [held, 1];

const trickled = 200;
const aheadMs = 300;
const burst = 10_000;
/** Filling takes less; what is late here was late when it was added. */
const burstInMs = 30_000;
const goals = { ratio: 'at least 1', nearMs: 2_000, otherMs: 6_000, burstMs: 60_000 };

const worker = new URL('./outbox-worker.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
const keyFile = join(folder, 'handrail.key');

/** Gives numbers that no delivery of the run has yet. */
const fresh = (() => {
  let next = 0;
  return (count) => {
    next += count;
    return next - count;
  };
})();

async function crew(size, about) {
  const processes = [];
  // One after the other, because the first makes the tables.
  for (let each = 0; each < size; each += 1) processes.push(await start(worker, { keyFile, ...about }));
  await Promise.all(processes.map(({ ask }) => ask('ready')));
  return processes;
}

async function fillAndDrain({ processes, level, inFlight, tidy }) {
  await processes[0].ask('fill', fresh(drained), drained, null);
  await tidy();
  return drain(processes.slice(0, level), drained, { inFlight });
}

/** By turns; the other way round every other round, so that what else the machine does falls on all alike. */
async function measure(seats) {
  const order = [...seats];
  for (let round = 0; round <= roundCount; round += 1) {
    for (const seat of order) {
      const { perSecond } = await fillAndDrain(seat);
      // The first round is not counted: it warms everyone up.
      if (round > 0) seat.rounds.push(perSecond);
    }
    order.reverse();
  }
}

function report(title, seats) {
  const rows = seats.map(({ name, level, inFlight, rounds }) => [
    name,
    String(level),
    String(inFlight),
    spread(rounds, '/s', 0).text,
  ]);
  process.stdout.write(`\n${table([[title, 'processes', 'in flight', 'a second'], ...rows])}\n`);
}

function ratios(seats) {
  const roundsOf = (name, level, inFlight) =>
    seats.find((seat) => seat.name === name && seat.level === level && seat.inFlight === inFlight).rounds;
  for (const level of levels) {
    const ours = roundsOf('Handrail', level, held);
    for (const inFlight of inFlights) {
      const theirs = roundsOf('pg-boss', level, inFlight);
      const ratio = ours.map((perSecond, round) => perSecond / theirs[round]);
      const { text } = spread(ratio, `of pg-boss with ${inFlight} in flight`, 2);
      const goal = inFlight === held ? ` (goal: ${goals.ratio})` : '';
      process.stdout.write(`${level} ${level === 1 ? 'process' : 'processes'}: ${text}${goal}\n`);
    }
  }
}

/** One each 100 ms: scheduled some time ahead, or at once; by the process that sends, or by another. */
async function trickle(sender, adder, dueInMs) {
  const from = fresh(trickled);
  const meanwhile = () => adder.ask('trickle', from, trickled, dueInMs);
  return lagsOf((await drain([sender], trickled, { inFlight: held, meanwhile })).asked);
}

async function burstThrough(sender) {
  const dueMs = Date.now() + burstInMs;
  await sender.ask('fill', fresh(burst), burst, dueMs);
  if (Date.now() > dueMs) throw new Error('The burst was due before it was added');
  return lagsOf((await drain([sender], burst, { inFlight: held })).asked);
}

function reportLags(title, rows) {
  const ms = (value) => `${value} ms`;
  const cells = rows.map(([name, { count, p50Ms, p99Ms, maxMs }, goalMs]) => [
    name,
    String(count),
    ms(p50Ms),
    ms(p99Ms),
    ms(maxMs),
    `p99 at most ${ms(goalMs)}`,
  ]);
  process.stdout.write(`\n${table([[title, 'n', 'p50', 'p99', 'max', 'goal'], ...cells])}\n`);
}

async function lagRows(sender, other) {
  const rows = [
    [`scheduled ${aheadMs} ms ahead`, await trickle(sender, sender, aheadMs), goals.nearMs],
    ['added in the same process', await trickle(sender, sender, null), goals.nearMs],
  ];
  if (other !== null) rows.push(['added by another process', await trickle(sender, other, null), goals.otherMs]);
  rows.push([`${burst} due at one instant`, await burstThrough(sender), goals.burstMs]);
  return rows;
}

async function onSqlite() {
  const version = new Sqlite(':memory:').prepare('SELECT sqlite_version()').pluck().get();
  const choice = { kind: 'sqlite', file: join(folder, 'handrail.db') };
  const processes = await crew(1, { who: 'Handrail', choice });
  const seats = [{ name: 'Handrail', processes, level: 1, inFlight: held, tidy: async () => {}, rounds: [] }];
  await measure(seats);
  report(`SQLite ${String(version)}`, seats);
  reportLags(`Lag on SQLite`, await lagRows(processes[0], null));
  await processes[0].close();
}

async function onPostgres() {
  const server = await startPostgres();
  try {
    const [ours, theirs] = [await server.newDatabase(), await server.newDatabase()];
    const [version] = await askServer(ours, 'SHOW server_version');
    const choice = { kind: 'postgresql', url: ours };
    const bots = await crew(Math.max(...levels), { who: 'Handrail', choice });
    const bosses = await crew(Math.max(...levels), { who: 'pg-boss', choice: { url: theirs } });
    const seat = (name, level, inFlight) => {
      const [processes, url] = name === 'pg-boss' ? [bosses, theirs] : [bots, ours];
      // What the server does by itself once a minute, so that it falls into nobody's turn.
      return { name, processes, level, inFlight, tidy: () => askServer(url, 'VACUUM ANALYZE'), rounds: [] };
    };
    const seats = levels.flatMap((level) => [
      seat('Handrail', level, held),
      ...inFlights.map((inFlight) => seat('pg-boss', level, inFlight)),
    ]);
    await measure(seats);
    report(`PostgreSQL ${version}`, seats);
    ratios(seats);
    for (const boss of bosses) await boss.close();
    reportLags('Lag on PostgreSQL', await lagRows(bots[0], bots[1]));
    for (const bot of bots) await bot.close();
  } finally {
    await server.stop();
  }
}

async function askServer(address, sql) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return Object.values(rows[0] ?? {});
}

function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;
}

try {
  writeFileSync(keyFile, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
  const load = loadavg().map((each) => each.toFixed(2));
  process.stdout.write(`${machine()}, pg-boss ${versionOf('pg-boss')}; load before: ${load.join(' ')}\n`);
  process.stdout.write(`A round is ${drained} deliveries, added before; each was asked of the platform once.\n`);
  const disk = pageWritesMs(join(folder, 'page'), 500);
  process.stdout.write(`The disk: one page written and synced in ${spread(disk, 'ms', 2).text}\n`);
  await onSqlite();
  await onPostgres();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
