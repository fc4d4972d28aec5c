// What several bots on one PostgreSQL do together: check-ins and deliveries at the same time, as ratios to one bot. By
// turns, each bot in a process of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../tests/support/postgres.js';
import { historyDays, memberCount } from './checkin-requests.js';
import { start } from './contender.js';
import { machine, spread } from './machine.js';
import { table } from './rounds.js';

const roundCount = 5;
const levels = [1, 2, 4];
const roundMs = 4_000;
/** More than any level sends in one round. */
const queued = 6_000;

const worker = new URL('./fleet-worker.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
const keyFile = join(folder, 'handrail.key');

/** What was added and sent so far, and the first day on which nobody has checked in yet. */
const so = { added: 0, sent: new Set(), nextPass: 0 };

async function round(bots, level, url) {
  const lacking = queued - (so.added - so.sent.size);
  await bots[0].ask('fill', so.added, lacking, null);
  so.added += lacking;
  await askServer(url, 'VACUUM ANALYZE');
  const some = bots.slice(0, level);
  await Promise.all(some.map(({ ask }) => ask('ready')));
  const about = { ms: roundMs, of: level, firstPass: so.nextPass };
  const done = await Promise.all(some.map(({ ask }, first) => ask('work', { ...about, first })));
  so.nextPass = Math.max(...done.map(({ nextPass }) => nextPass));
  for (const id of done.flatMap(({ ids }) => ids)) {
    if (so.sent.has(id)) throw new Error('The platform was asked twice for one delivery');
    so.sent.add(id);
  }
  if (so.sent.size === so.added) throw new Error('The queue ran empty');
  const together = (figure) => done.reduce((sum, each) => sum + each[figure], 0);
  return { checkIns: together('checkInsPerSecond'), deliveries: together('deliveriesPerSecond') };
}

async function measure(bots, url) {
  const seats = levels.map((level) => ({ level, rounds: [] }));
  const order = [...seats];
  for (let index = 0; index <= roundCount; index += 1) {
    for (const { level, rounds } of order) {
      const seen = await round(bots, level, url);
      // The first round is not counted: it warms everyone up.
      if (index > 0) rounds.push(seen);
    }
    order.reverse();
  }
  return seats;
}

function report(title, seats) {
  const figures = ['checkIns', 'deliveries'];
  const rows = seats.map(({ level, rounds }) => [
    String(level),
    ...figures.map((figure) => {
      const values = rounds.map((seen) => seen[figure]);
      return spread(values, '/s', 0).text;
    }),
  ]);
  process.stdout.write(`\n${table([[`${title}, processes`, 'check-ins a second', 'deliveries a second'], ...rows])}\n`);
  const [alone, ...others] = seats;
  for (const { level, rounds } of others) {
    const ratio = (figure) => {
      const ratios = rounds.map((seen, index) => seen[figure] / alone.rounds[index][figure]);
      return spread(ratios, 'times', 2).text;
    };
    process.stdout.write(
      `${level} processes: check-ins ${ratio('checkIns')} those of one, deliveries ${ratio('deliveries')} those of one\n`,
    );
  }
}

async function askServer(address, sql) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return Object.values(rows[0] ?? {});
}

const server = await startPostgres();
try {
  writeFileSync(keyFile, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
  const load = loadavg().map((each) => each.toFixed(2));
  process.stdout.write(`${machine()}; load before: ${load.join(' ')}\n`);
  process.stdout.write(
    `${memberCount} members with ${historyDays} days of history; a round is ${roundMs} ms of both at once.\n` +
      `${availableParallelism()} cores, which the server shares: more processes than cores can do no more than the cores can.\n`,
  );
  const url = await server.newDatabase();
  const [version] = await askServer(url, 'SHOW server_version');
  const choice = { kind: 'postgresql', url };
  const bots = [];
  // One after the other, because the first makes the tables.
  for (let bot = 0; bot < Math.max(...levels); bot += 1)
    bots.push(await start(worker, { who: 'Handrail', choice, keyFile }));
  await bots[0].ask('seed');
  await bots[0].ask('ready');
  report(`PostgreSQL ${version}`, await measure(bots, url));
  for (const bot of bots) await bot.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
