// How long another member waits for /sos while a crowd, a flood or the bot's own work is on: the real program on Telegram,
// which is on loopback, once without limits and once with Telegram's own. Beside the same at rest, in the same run.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { start } from './contender.js';
import { buildLoopback } from './loopback.js';
import { machine } from './machine.js';
import { table } from './rounds.js';

const runs = 3;
const asksEach = 60;
const meetingCount = 20_000;
const zoneChanges = 5_000;
const expiredRows = 400_000;
const goal = { p95Ms: 300, maxMs: 1_000, endMs: 10_000 };

const rest = 'at rest';
const loads = [
  rest,
  'one account, 50/s of anything',
  '50 accounts, 500/s of anything',
  '20,000 meetings, 10 /meetings a second',
  'one account with 5,000 zone changes, 50/s more',
  'the sweep of 400,000 rows',
  'one answer that hangs for a minute',
];
const file = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const beforeTheSweep = new URL('./before-the-sweep.js', import.meta.url).href;
const only = process.argv[3];

class Crowd {
  #folder = mkdtempSync(join(tmpdir(), 'handrail-crowd-'));
  #server;
  #env;

  static async open(module, limited) {
    const crowd = new Crowd();
    crowd.#server = await start(new URL('./crowd-server.js', import.meta.url), { who: 'the crowd', module });
    const { apiRoot, token } = await crowd.#server.ask('open', limited);
    crowd.#env = {
      PATH: process.env['PATH'],
      HANDRAIL_DATA_DIR: join(crowd.#folder, 'data'),
      LOG_LEVEL: 'error',
      TELEGRAM_API_ROOT: apiRoot,
      TELEGRAM_BOT_TOKEN: token,
    };
    const bot = await crowd.#startBot();
    await crowd.#server.ask('arrive');
    await bot.end();
    crowd.#importMeetings();
    return crowd;
  }

  async measure(load) {
    const sweeps = load.startsWith('the sweep');
    if (sweeps) await this.#plant(expiredAnswers);
    if (load.includes('zone changes')) await this.#plant(zonePeriods);
    const bot = await this.#startBot(sweeps ? ['--import', beforeTheSweep] : []);
    const { eachMs, toldPerSecond } = await this.#server.ask('measure', load, asksEach);
    const endMs = await bot.end();
    await this.#server.ask('calm');
    return { eachMs, toldPerSecond, endMs, left: sweeps ? this.#expiredLeft() : 0 };
  }

  async close() {
    await this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** `end`: by SIGTERM; gives how long it took. @throws where it ended by itself, or otherwise than well */
  async #startBot(options = []) {
    const bot = spawn(process.execPath, [...options, file('dist/main.js')], {
      env: this.#env,
      stdio: 'ignore',
    });
    const ended = once(bot, 'exit');
    await Promise.race([
      this.#server.ask('ready'),
      ended.then(([code]) => {
        throw new Error(`The bot ended with ${code}`);
      }),
    ]);
    return {
      async end() {
        const begun = performance.now();
        bot.kill('SIGTERM');
        const [code, signal] = await ended;
        if (code !== 0) throw new Error(`The bot ended with ${code ?? signal}`);
        return performance.now() - begun;
      },
    };
  }

  #database() {
    return new Sqlite(join(this.#folder, 'data', 'handrail.db'));
  }

  async #plant(rows) {
    const cameBefore = await this.#server.ask('cameBefore');
    const db = this.#database();
    const member = db
      .prepare('SELECT "id" FROM "Member" ORDER BY "createdAt" LIMIT 1 OFFSET ?')
      .pluck()
      .get(cameBefore);
    rows(db, member);
    db.close();
  }

  #expiredLeft() {
    const db = this.#database();
    const left = db.prepare(`SELECT count(*) FROM "HandledRequest" WHERE "lookup" LIKE 'planted%'`).pluck().get();
    db.close();
    return left;
  }

  #importMeetings() {
    const feed = join(this.#folder, 'feed.json');
    const zones = ['America/New_York', 'America/Los_Angeles', 'Europe/London', 'Europe/Berlin', 'Asia/Kolkata'];
    const meetings = Array.from({ length: meetingCount }, (_, i) => ({
      slug: `meeting-${i}`,
      name: `Evening group ${i}`,
      day: i % 7,
      time: `${String((i * 7) % 24).padStart(2, '0')}:${String((i * 13) % 60).padStart(2, '0')}`,
      timezone: zones[i % zones.length],
      conference_url: `https://meet.example.org/${i}`,
    }));
    writeFileSync(feed, JSON.stringify(meetings));
    execFileSync(process.execPath, [file('dist/cli.js'), 'meetings', 'import', feed], { env: this.#env });
  }
}

/** Answers that were kept for repeats, all of them too old by now. */
function expiredAnswers(db, member) {
  db.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT OR IGNORE INTO "HandledRequest" ("accountId", "lookup", "answer", "handledAt")
     SELECT (SELECT "id" FROM "Account" WHERE "memberId" = ?), 'planted ' || i, randomblob(200), '2020-01-01T00:00:00.000+00:00' FROM n`,
  ).run(expiredRows, member);
}

/** The zones of one who changed theirs each day for years, as an older version kept them. */
function zonePeriods(db, member) {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO "ZonePeriod" ("memberId", "since", "zone", "dayEndsAt") VALUES (?, ?, ?, '00:00')`,
  );
  const dayMs = 86_400_000;
  db.transaction(() => {
    for (let i = 0; i < zoneChanges; i += 1) {
      const since = new Date(Date.now() - (zoneChanges - i) * dayMs).toISOString().replace('Z', '+00:00');
      insert.run(member, since, i % 2 === 0 ? 'Asia/Tokyo' : 'Pacific/Honolulu');
    }
  })();
}

function row(load, rounds) {
  const at = (eachMs, part) => eachMs.toSorted((a, b) => a - b)[Math.ceil(eachMs.length * part) - 1];
  const cell = (of) => {
    const values = rounds.map(of).toSorted((a, b) => a - b);
    return `${values[Math.floor(values.length / 2)].toFixed(0)} (${values[0].toFixed(0)} to ${values.at(-1).toFixed(0)})`;
  };
  return [
    load,
    cell(({ toldPerSecond }) => toldPerSecond),
    cell(({ eachMs }) => at(eachMs, 0.5)),
    cell(({ eachMs }) => at(eachMs, 0.95)),
    cell(({ eachMs }) => at(eachMs, 1)),
    cell(({ endMs }) => endMs),
  ];
}

process.stdout.write(
  `${machine()}; load before: ${loadavg()
    .map((each) => each.toFixed(2))
    .join(' ')}\n`,
);
process.stdout.write(
  `Another member's /sos until its answer is seen: n = ${asksEach} in each of ${runs} runs; the middle of the runs (smallest to largest). Goal: p95 ≤ ${goal.p95Ms} ms, max ≤ ${goal.maxMs} ms, SIGTERM ≤ ${goal.endMs / 1_000} s.\n`,
);
const loopback = buildLoopback();
try {
  for (const limited of [false, true]) {
    const rows = [];
    for (const load of loads.filter((one) => only === undefined || one.includes(only))) {
      const crowd = await Crowd.open(loopback.module('telegram-server'), limited);
      const rounds = [];
      for (let i = 0; i < runs; i += 1) rounds.push(await crowd.measure(load));
      await crowd.close();
      rows.push(row(load, rounds));
      const left = rounds.reduce((sum, one) => sum + one.left, 0);
      if (left > 0) process.stdout.write(`${load}: ${left} rows were left when the bot was ended\n`);
    }
    const heading = [
      limited ? "With Telegram's limits" : 'Without limits',
      'told /s',
      'p50 ms',
      'p95 ms',
      'max ms',
      'SIGTERM ms',
    ];
    process.stdout.write(`\n${table([heading, ...rows])}\n`);
  }
} finally {
  loopback.remove();
}
