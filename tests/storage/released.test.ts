import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweep } from '../../src/core/maintenance.ts';
import { Temporal } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { readBack } from '../support/read-back.js';
import { type ReleasedDatabase, type Row, releases, type Shelf, saidTo, shelves } from '../support/released.ts';
import { openWorld, type World } from '../support/world.ts';

// What people told a release is in scripts/release-story.js. Its last day is 23 November 2026.

const berlin = 'Europe/Berlin';

describe.each(shelves)('what was told to an earlier release, on %s', (_, openShelf) => {
  let shelf: Shelf;
  beforeAll(async () => {
    shelf = await openShelf();
  });
  afterAll(() => shelf.close());

  describe.each(releases)('%s', (release) => {
    const said = saidTo(release);
    let database: ReleasedDatabase;
    let storage: Storage;
    let world: World;
    let before: Rows;
    async function open(): Promise<void> {
      database = await shelf.load(release);
      before = await rowsIn(database, await columnsOf(shelf, database));
      storage = await database.open();
      world = await openWorld({ store: storage.store });
    }
    async function close(): Promise<void> {
      await world.close();
      await storage.close();
      await database.close();
    }

    beforeEach(() => world.itIs('2026-11-23T22:00', berlin));

    describe('is all there:', () => {
      beforeAll(open);
      afterAll(close);

      it('every table was filled', () => {
        const empty = Object.entries(before).filter(([, rows]) => rows.length === 0);
        expect(Object.keys(before).length).toBeGreaterThanOrEqual(13);
        expect(empty.map(([table]) => table)).toEqual([]);
      });

      it('its tables are brought up to date, and every row stays as it was', async () => {
        const columns = Object.entries(before).map(([table, [row]]) => [table, Object.keys(row ?? {})] as const);
        expect(await rowsIn(database, columns)).toEqual(before);
        const applied = await database.rows('SELECT migration_name FROM _prisma_migrations ORDER BY 1');
        const folders = readdirSync(`prisma/migrations/${shelf.provider}`).filter((name) => /^\d/.test(name));
        expect(applied.map((row) => row['migration_name'])).toEqual(folders.sort());
      });

      it('everything is read back', async () => {
        const now = Temporal.Instant.from(said.toldUntil);
        expect(await readBack(world.store, said.names, now)).toMatchObject(said.readAs);
      });

      it('a repeated request is answered as it was then, and changes nothing', async () => {
        const amy = world.person('amy', { community: 'harbor', zone: 'America/New_York' });
        const rest = 'note:"something else"';
        const { view } = await amy.asks({ kind: 'typed', name: 'checkin', rest }, 'amy-last-check-in');
        expect(view).toEqual(JSON.parse(said.readAs.answers[0] ?? ''));
        expect(await readBack(world.store, said.names, world.now())).toMatchObject(said.readAs);
      });

      it('meetings are shown, and none of half an import', async () => {
        world.itIs('2026-11-24T12:00', berlin);
        const seen = await world.person('amy').says('/meetings');
        expect(seen.text).toContain('By the river, at noon');
        expect(seen.text).not.toContain('Of half an import');
      });
    });

    // They share a database: none changes what another one asks for.
    describe('goes on:', () => {
      beforeAll(open);
      afterAll(close);

      it('counts on, across a pause and a change of zone', async () => {
        world.itIs('2026-11-24T09:00', berlin);
        const amy = world.person('amy');
        expect((await amy.says('/progress')).text).toContain('19 check-ins in a row. 19 check-ins in all.');
        const settings = (await amy.says('/settings')).text;
        for (const words of ['Berlin', '02:00', 'Ireland', 'in recovery']) expect(settings).toContain(words);
        const seen = await amy.says('/checkin note:"one day more"');
        expect(seen.text).toContain('20 check-ins in a row. 20 check-ins in all.');
        expect((await amy.says('/checkin')).text).toContain('20 check-ins in a row');
      });

      it('takes up a form at the question that was open', async () => {
        const amy = world.person('amy');
        expect((await amy.says('6')).text).toContain('Confidence (3 of 5)');
        await amy.says('skip');
        await amy.says('skip');
        expect((await amy.says('and home again')).text).toContain('updated');
        const today = (await daysOf(world, 'amy')).find(({ day }) => day === '2026-11-23');
        expect(today?.details).toEqual({
          mood: 4,
          craving: 6,
          note: expect.stringMatching(/żółć 川\n+and home again/),
        });
      });

      it('keeps what waited for a yes', async () => {
        const bob = world.person('bob');
        await bob.says('/settings keep:yes');
        expect((await daysOf(world, 'bob')).at(-1)?.details).toEqual({ mood: 3, note: 'the lake was quiet' });
        expect((await bob.says('/progress')).text).toMatch(/mood.*3 of 5/i);
      });

      it('keeps nothing for someone who said no', async () => {
        world.itIs('2026-11-24T09:00', 'America/New_York');
        await world.person('cleo', { zone: 'America/New_York' }).says('/checkin note:"not to be kept"');
        const days = await daysOf(world, 'cleo');
        expect(days.map(({ details }) => details)).toEqual([{}, {}, {}, {}]);
      });

      it('excuses the days of a pause until its end', async () => {
        world.itIs('2026-11-24T09:00', 'America/New_York');
        const cleo = world.person('cleo', { zone: 'America/New_York' });
        expect((await cleo.says('/settings')).text).toContain('2026-11-20');
        await cleo.presses('End the pause');
        expect((await cleo.says('/checkin')).text).toContain('4 check-ins in a row');
      });

      it('adds to what was rated', async () => {
        const token = 'cope.done:run2:urge-surfing:craving:7:2';
        const seen = await world.person('amy').asks({ kind: 'action', token });
        expect(seen.text).toContain('Over 3 times that you rated it, the number was lower afterwards 2 times.');
      });

      it('holds to what a community set', async () => {
        const helper = world.person('hal', { community: 'harbor', groups: ['helpers'] });
        const seen = await helper.says('/community');
        expect(seen.text).toMatch(/Chicago.*Ireland.*a group that was named/s);
        expect((await world.person('newcomer', { community: 'harbor' }).says('/sos')).text).toContain('Samaritans');
      });
    });

    describe('is swept:', () => {
      beforeAll(open);
      afterAll(close);

      it('the community that the bot left is erased, and nothing that its members told', async () => {
        world.itIs('2026-12-24T12:00', berlin);
        const now = world.now();
        await sweep(world.store, now);
        const { communities, ...told } = await readBack(world.store, said.names, now);
        expect(communities).toMatchObject({ harbor: { country: 'IE' }, hillside: null });
        expect(told).toMatchObject({ answers: [null], present: ['harbor'] });
        expect(told.members['dana']).toMatchObject({ lastCommunity: null, settings: { bestInARow: 2 } });
        expect((await world.person('dana').says('/progress')).text).toMatch(/in all.*2/s);
        expect(await database.rows('SELECT * FROM "Draft"')).toEqual([]);
      });
    });
  });
});

async function daysOf(world: World, key: string) {
  const account = await world.store.members.find({ platform: 'memory', key });
  if (account === null) throw new Error(`${key} is not known`);
  return world.store.checkIns.since(account.member.id, '2000-01-01' as never);
}

/** A table's rows, under its name. */
type Rows = Readonly<Record<string, readonly Row[]>>;
type Columns = readonly (readonly [table: string, columns: readonly string[]])[];

async function columnsOf({ provider }: Shelf, database: ReleasedDatabase): Promise<Columns> {
  const all = await database.rows(
    provider === 'sqlite'
      ? `SELECT t.name AS "table", c.name AS "column" FROM sqlite_master t, pragma_table_info(t.name) c
          WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> '_prisma_migrations'`
      : `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
          WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
  );
  // Written anew at every start.
  const kept = all.filter(({ table, column }) => table !== 'KeyCheck' || column !== 'checkedAt');
  const tables = [...new Set(kept.map(({ table }) => String(table)))];
  return tables.map((name) => [name, kept.flatMap(({ table, column }) => (table === name ? [String(column)] : []))]);
}

async function rowsIn(database: ReleasedDatabase, columns: Columns): Promise<Rows> {
  const found: Record<string, readonly Row[]> = {};
  for (const [table, names] of columns) {
    const rows = await database.rows(`SELECT ${names.map((name) => `"${name}"`).join(', ')} FROM "${table}"`);
    found[table] = rows.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  return found;
}
