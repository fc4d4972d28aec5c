import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/conversation/store.ts';
import type { Day } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { volume } from '../support/volume.ts';
import { openWorld, type Person, type World } from '../support/world.ts';
import { type Crashes, crash } from './crashes.ts';
import { type DatabaseUnderFire, postgresqlUnderFire, sqliteUnderFire } from './databases.ts';
import { Ledger, type RequestBody } from './ledger.ts';

const { kills, checkIns, members, runLimitMs } = volume({
  usual: { kills: 5, checkIns: 150, members: 15, runLimitMs: 5 * 60_000 },
  full: { kills: 10, checkIns: 500, members: 50, runLimitMs: 5 * 60_000 },
  soak: { kills: 200, checkIns: 10_000, members: 50, runLimitMs: 60 * 60_000 },
});
/** The seed of a run that went wrong, to run it again; what the processes do in the meantime still differs. */
const seed = Number(process.env['HANDRAIL_TESTS_SEED'] ?? randomInt(2 ** 31));

/** What we promise of a start after a crash. */
const startLimitMs = 5_000;
const othersServer = (process.env['TEST_DATABASE_URL'] ?? '') !== '';

describe.each([
  { name: 'SQLite', begin: sqliteUnderFire, noServer: ' (SQLite has none)' },
  {
    name: 'PostgreSQL',
    begin: postgresqlUnderFire,
    noServer: othersServer ? ' (the one of TEST_DATABASE_URL is not ours to kill)' : null,
  },
])(`on $name, after ${kills} kill -9 during ${checkIns} check-ins`, ({ name, begin, noServer }) => {
  const ledger = new Ledger(members, checkIns);
  let database: DatabaseUnderFire;
  let seen: Crashes;
  let storage: Storage;
  let world: World;

  beforeAll(async () => {
    database = await begin();
    seen = await crash(database, ledger, kills, chanceFrom(seed));
    storage = await database.open();
    world = await openWorld({ store: storage.store });
    const saved = await savedBeforeAnswered(database, storage.store, ledger);
    process.stdout.write(`${figures(name, seen, ledger, saved)}\n`);
  }, runLimitMs);
  afterAll(async () => {
    await world.close();
    await storage.close();
    await database.close();
  });

  it('keeps every check-in that a member saw acknowledged, with exactly the words that they said', async () => {
    expect(seen.kills).toBe(kills);
    expect(ledger.checkInsAnswered).toBe(checkIns);
    for (const [member, asked] of ledger.members) {
      expect(await keptFor(storage.store, member), member).toEqual(asked.flatMap(saidOn));
    }
  });

  it('doubles none: each was answered as the first of its day, and there are as many as were made', async () => {
    expect(ledger.wrong).toEqual([]);
    const count = async (table: string) =>
      Number((await database.rows(`SELECT count(*) AS n FROM "${table}"`))[0]?.['n']);
    expect(await count('CheckIn')).toBe(checkIns);
    expect(await count('Account')).toBe(members);
    expect(await count('HandledRequest')).toBe(checkIns + members);
  });

  it('shows each member all of their check-ins in /progress', async () => {
    for (const [member, asked] of ledger.members) {
      const days = asked.length - 1;
      world.itIs(`${asked.at(-1)?.checkIn?.day}T12:00`, 'UTC');
      const { text } = await world.person(member, { zone: 'UTC' }).says('/progress');
      expect(text, member).toContain(`${days} check-ins in a row. ${days} check-ins in all.`);
    }
  });

  it('answers what is sent again with the words of the first answer', async () => {
    for (const [member, asked] of ledger.members) {
      const person = world.person(member, { zone: 'UTC' });
      for (const one of [asked.at(0), asked.at(1), asked.at(-1)]) expect(await again(person, one)).toBe(one?.answer);
    }
    expect((await database.rows('SELECT count(*) AS n FROM "CheckIn"')).map(({ n }) => Number(n))).toEqual([checkIns]);
  });

  it('finds the database without damage, by its own check', () => {
    expect(seen.damage).toEqual([]);
  });

  it('starts again within 5 seconds, each time', () => {
    // Others were killed while they were starting.
    expect(seen.starts.length).toBeGreaterThan(0);
    expect(Math.max(...seen.starts)).toBeLessThanOrEqual(startLimitMs);
  });

  it.skipIf(noServer !== null)(`comes back by itself when its server was killed too${noServer ?? ''}`, () => {
    expect(seen.serverKills).toBeGreaterThan(0);
    expect(seen.comebacks).toHaveLength(seen.serverKills);
    expect(Math.max(...seen.comebacks)).toBeLessThanOrEqual(startLimitMs);
  });
});

async function keptFor(store: Store, member: string) {
  const account = await store.members.find({ platform: 'memory', key: member });
  if (account === null) return [];
  const kept = await store.checkIns.since(account.member.id, '2000-01-01' as Day);
  return kept.map(({ day, late, details }) => ({ day, late, details }));
}

function saidOn({ checkIn }: RequestBody) {
  return checkIn === null ? [] : [{ day: checkIn.day, late: false, details: { note: checkIn.note } }];
}

/** The same request, as a platform that never heard the answer sends it. */
async function again(person: Person, asked: RequestBody | undefined): Promise<string | undefined> {
  return asked === undefined ? undefined : (await person.asks(asked.asking.asked, asked.asking.id)).text;
}

/**
 * How many requests were saved by a process that did not live to say so, and answered by a later one: those that would
 * have been done twice. A member asks one thing after the other, so their rows, by time, are what they asked, in order.
 */
async function savedBeforeAnswered(database: DatabaseUnderFire, store: Store, ledger: Ledger): Promise<number> {
  const rows = await database.rows('SELECT "accountId", "handledAt" FROM "HandledRequest" ORDER BY "handledAt"');
  let count = 0;
  for (const [member, asked] of ledger.members) {
    const account = await store.members.find({ platform: 'memory', key: member });
    const saved = rows.filter(({ accountId }) => accountId === account?.id);
    count += asked.filter((one, i) => msOf(saved[i]?.['handledAt']) < one.answeredByProcessOf).length;
  }
  return count;
}

/** PostgreSQL's driver takes an instant without a zone for one of its own zone's; the bot writes UTC. */
function msOf(handledAt: unknown): number {
  if (!(handledAt instanceof Date)) return Date.parse(String(handledAt));
  return handledAt.getTime() - handledAt.getTimezoneOffset() * 60_000;
}

function figures(name: string, seen: Crashes, { all, refusals }: Ledger, saved: number): string {
  const again = all.filter(({ sent }) => sent > 1).length;
  const ms = (values: readonly number[]) => `${Math.ceil(Math.max(...values))} ms`;
  return [
    `${name}: ${checkIns} check-ins, ${seen.kills} kill -9 (${seen.killsWhileStarting} while starting)`,
    ...(seen.serverKills === 0
      ? []
      : [
          `${seen.serverKills} of the server (at work again in ${ms(seen.comebacks)} at most, ${refusals} told to wait)`,
        ]),
    `${again} requests sent again, ${saved} of them saved by a process that did not live to answer`,
    `slowest of ${seen.starts.length} starts ${ms(seen.starts)}`,
    `seed ${seed}`,
  ].join('; ');
}

/** The same numbers for the same seed, from 0 up to 1 (mulberry32). */
function chanceFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
