import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Asked } from '../../src/core/conversation/request.ts';
import { text, view } from '../../src/core/conversation/view.ts';
import { HandrailError } from '../../src/core/errors.ts';
import type { AccountRef } from '../../src/core/members/member.ts';
import type { StoreReads } from '../../src/core/ports.ts';
import { type Day, Temporal } from '../../src/core/time.ts';
import { checkIns } from '../../src/storage/checkins.ts';
import { communities } from '../../src/storage/communities.ts';
import { coping } from '../../src/storage/coping.ts';
import type { Database } from '../../src/storage/database.ts';
import { drafts } from '../../src/storage/drafts.ts';
import { handledRequests } from '../../src/storage/handled.ts';
import { openKeyring } from '../../src/storage/keyring.ts';
import { members } from '../../src/storage/members.ts';
import { postgresql } from '../../src/storage/postgresql.ts';
import { Sealers } from '../../src/storage/sealers.ts';
import { sqlite } from '../../src/storage/sqlite.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { startPostgres } from '../support/postgres.js';
import { openPostgresStorage, openSqliteStorage, quietLog, scratchFolder } from '../support/storage.ts';
import { content, openWorld, type Seen } from '../support/world.ts';

// What somebody who can write to the database, and has no key, can do to it.

type Value = string | Uint8Array | null;
type Row = Readonly<Record<string, Value>>;

/** The database by itself, with nothing of ours between. Values stand as $1, $2, … */
interface Raw {
  rows(sql: string): Promise<readonly Row[]>;
  run(sql: string, ...values: readonly Value[]): Promise<void>;
  close(): Promise<void>;
}

interface Opened {
  readonly raw: Raw;
  readonly database: Database;
  readonly secret: Uint8Array;
  open(): Promise<Storage>;
  close(): Promise<void>;
}

async function onSqlite(): Promise<Opened> {
  const folder = scratchFolder();
  const file = join(folder.path, 'handrail.db');
  const open = () => openSqliteStorage(file, { alone: false });
  await (await open()).close();
  const db = new Sqlite(file);
  // These writes need not outlive a power cut.
  db.pragma('synchronous = OFF');
  const raw: Raw = {
    rows: async (sql) => db.prepare<[], Row>(sql).all(),
    async run(sql, ...values) {
      db.prepare(sql).run(Object.fromEntries(values.map((value, i) => [i + 1, value])));
    },
    async close() {
      db.close();
    },
  };
  const secret = Buffer.from(readFileSync(join(folder.path, 'handrail.key'), 'utf8'), 'base64');
  return { raw, database: sqlite(file, false), secret, open, close: async () => folder.remove() };
}

async function onPostgresql(): Promise<Opened> {
  const folder = scratchFolder();
  const server = await startPostgres();
  const secret = randomBytes(32);
  const keyFile = join(folder.path, 'handrail.key');
  writeFileSync(keyFile, secret.toString('base64'), { mode: 0o600 });
  const url = await server.newDatabase();
  const open = () => openPostgresStorage(url, keyFile);
  await (await open()).close();
  const client = new pg.Client(url);
  await client.connect();
  await client.query('SET synchronous_commit = off');
  const raw: Raw = {
    rows: async (sql) => (await client.query<Row>(sql)).rows,
    async run(sql, ...values) {
      await client.query(sql, [...values]);
    },
    close: () => client.end(),
  };
  const close = async () => {
    await server.stop();
    folder.remove();
  };
  return { raw, database: postgresql(url), secret, open, close };
}

// ---- the cells that are sealed, as the schema says

interface Column {
  readonly table: string;
  readonly column: string;
  /** The columns that name a row. */
  readonly row: readonly string[];
}

interface SealedCell extends Column {
  readonly name: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly sealed: Uint8Array;
}

function sealedColumns(): readonly Column[] {
  const schema = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
  return [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].flatMap(([, table = '', body = '']) => {
    const [, many] = /@@id\(\[(.+?)\]\)/.exec(body) ?? [];
    const [, one = ''] = /^\s+(\w+)\s.*@id\b/m.exec(body) ?? [];
    const columns = [...body.matchAll(/^\s+(\w+)\s+Bytes\b/gm)].map(([, column = '']) => column);
    return columns.map((column) => ({ table, column, row: many?.split(/,\s*/) ?? [one] }));
  });
}

async function sealedCells(raw: Raw): Promise<readonly SealedCell[]> {
  const cells: SealedCell[] = [];
  for (const { table, column, row } of sealedColumns()) {
    const names = [...row, column].map((name) => `"${name}"`).join(', ');
    for (const found of await raw.rows(`SELECT ${names} FROM "${table}" WHERE "${column}" IS NOT NULL`)) {
      const ids = Object.fromEntries(row.map((name) => [name, String(found[name])]));
      const name = `${table}.${column} of ${Object.values(ids).join(' ')}`;
      cells.push({ table, column, row, name, ids, sealed: found[column] as Uint8Array });
    }
  }
  return cells;
}

async function put(raw: Raw, { table, column, row, ids }: SealedCell, sealed: Uint8Array): Promise<void> {
  const where = row.map((name, i) => `"${name}" = $${i + 2}`).join(' AND ');
  const key = row.map((name) => ids[name] ?? '');
  await raw.run(`UPDATE "${table}" SET "${column}" = $1 WHERE ${where}`, sealed, ...key);
}

function flipOneBit(sealed: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(sealed);
  const bit = randomBytes(4).readUInt32BE() % (sealed.length * 8);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}

// ---- two members who have said all that can be said

const now = Temporal.Instant.from('2026-03-01T12:00Z');
const later = now.add({ hours: 24 });
const days = ['2026-02-28', '2026-03-01'] as Day[];
const strategy = content.strategies[0]?.id ?? '';
const amy = { platform: 'memory', key: 'amy' };
const bob = { platform: 'memory', key: 'bob' };
const harbor = { platform: 'memory', key: 'harbor' };
const hillside = { platform: 'memory', key: 'hillside' };
/** The same person as amy, on another platform: her rows are told apart by more than whose they are. */
const amyElsewhere = { platform: 'elsewhere', key: 'amy-elsewhere' };
const requestIds = ['first', 'second'].flatMap((id) => [id, `${id} elsewhere`]);

const wordsOf = ({ key }: AccountRef) => `private words of ${key}`;

async function fill({ raw, secret, open }: Opened): Promise<void> {
  const { store, close } = await open();
  for (const [ref, community] of [
    [amy, harbor],
    [bob, hillside],
  ] as const) {
    const note = wordsOf(ref);
    await store.transaction(async (tx) => {
      const account = await tx.members.ensure(ref, now);
      const member = account.member.id;
      await tx.members.change(member, { ownWords: note, keepsDetails: true });
      for (const day of days) await tx.checkIns.put(member, { day, checkedInAt: now, late: false, details: { note } });
      for (const id of ['one', 'other']) {
        const session = { id, strategyId: strategy, trigger: note, before: 7, after: 3, endedAt: now };
        await tx.coping.put(member, session);
      }
      const half = { token: `ci.form:${days[1]}`, step: 0, answers: { note } };
      await tx.drafts.put(ref, 'form', JSON.stringify(half), later);
      await tx.drafts.put(ref, 'details', JSON.stringify({ day: days[1], details: { note } }), later);
      for (const id of ['first', 'second'])
        await tx.handled.remember(account, id, JSON.stringify(view(text(note))), now);
      const { id } = await tx.communities.change(community, { country: 'IE' }, now);
      await tx.members.noteCommunity(account.id, id);
    });
  }
  await linkElsewhere(raw, secret);
  await store.transaction(async (tx) => {
    const account = await tx.members.ensure(amyElsewhere, now);
    await tx.drafts.put(amyElsewhere, 'form', 'a form elsewhere', later);
    await tx.handled.remember(account, 'first elsewhere', 'an answer elsewhere', now);
  });
  await close();
}

/** No command links accounts yet; the tables and their seals hold two of one member already. */
async function linkElsewhere(raw: Raw, secret: Uint8Array): Promise<void> {
  const keyring = openKeyring(secret);
  const lookup = ({ platform, key }: AccountRef) => keyring.lookup('account', platform, key);
  const [account] = await raw.rows(`SELECT "memberId" FROM "Account" WHERE "lookup" = '${lookup(amy)}'`);
  const memberId = String(account?.['memberId']);
  const [member] = await raw.rows(`SELECT "wrappedKey" FROM "Member" WHERE "id" = '${memberId}'`);
  const sealer = keyring.sealer(memberId, member?.['wrappedKey'] as Uint8Array);
  const sealed = sealer.seal(
    { table: 'Account', column: 'key', row: 'elsewhere' },
    JSON.stringify(Object.values(amyElsewhere)),
  );
  await raw.run(
    'INSERT INTO "Account" ("id", "platform", "lookup", "key", "memberId") VALUES ($1, $2, $3, $4, $5)',
    'elsewhere',
    amyElsewhere.platform,
    lookup(amyElsewhere),
    Buffer.from(sealed),
    memberId,
  );
}

// ---- reading them

/** Every call reads through a key cache of its own, as the first one after a start does. */
type FreshReads = () => Omit<StoreReads, 'meetings'>;

/** What the rows' names stand for. */
interface Known {
  readonly accounts: ReadonlyMap<string, { readonly ref: AccountRef; readonly memberId: string }>;
  readonly members: ReadonlyMap<string, AccountRef>;
  readonly communities: ReadonlyMap<string, AccountRef>;
  readonly requests: ReadonlyMap<string, string>;
}

type Reader = (reads: ReturnType<FreshReads>, ids: SealedCell['ids'], known: Known) => Promise<unknown>;

const findMember: Reader = ({ members }, { id = '' }, known) => members.find(found(known.members, id));
const findCommunity: Reader = ({ communities }, { id = '' }, known) => communities.find(found(known.communities, id));

/** For each sealed column the call of the store that reads it. A new column needs a line here. */
const readers: Readonly<Record<string, Reader>> = {
  'Member.wrappedKey': findMember,
  'Member.ownWords': findMember,
  'Account.key': ({ members }, { id = '' }, known) => members.find(found(known.accounts, id).ref),
  'Community.wrappedKey': findCommunity,
  'Community.key': findCommunity,
  'CheckIn.details': ({ checkIns }, { memberId, day }) => checkIns.find(memberId as never, day as Day),
  'CopingSession.details': ({ coping }, { memberId }) => coping.rated(memberId as never, strategy),
  'Draft.payload': ({ drafts }, { accountId = '', kind }, known) =>
    drafts.find(found(known.accounts, accountId).ref, kind as 'form' | 'details', now),
  'HandledRequest.answer': ({ handled }, { accountId = '', lookup = '' }, known) =>
    handled.answer(found(known.accounts, accountId).ref, found(known.requests, lookup)),
};

function found<T>(by: ReadonlyMap<string, T>, id: string): T {
  const value = by.get(id);
  if (value === undefined) throw new Error(`Nothing is known of ${id}`);
  return value;
}

async function whatIsKnown(raw: Raw, secret: Uint8Array): Promise<Known> {
  const keyring = openKeyring(secret);
  const byLookup = (kind: string, refs: readonly AccountRef[]) =>
    new Map(refs.map((ref) => [keyring.lookup(kind, ref.platform, ref.key), ref]));
  const accountRefs = byLookup('account', [amy, bob, amyElsewhere]);
  const communityRefs = byLookup('community', [harbor, hillside]);
  const accounts = new Map(
    (await raw.rows('SELECT "id", "lookup", "memberId" FROM "Account"')).map(({ id, lookup, memberId }) => [
      String(id),
      { ref: found(accountRefs, String(lookup)), memberId: String(memberId) },
    ]),
  );
  const places = await raw.rows('SELECT "id", "lookup" FROM "Community"');
  return {
    accounts,
    members: new Map([...accounts.values()].map(({ ref, memberId }) => [memberId, ref])),
    communities: new Map(places.map(({ id, lookup }) => [String(id), found(communityRefs, String(lookup))])),
    requests: new Map(requestIds.map((id) => [keyring.lookup('request', id), id])),
  };
}

/** 'unreadable' where it was refused; what was read where it was not. Anything else is a failure of its own. */
async function outcomeOf(read: Promise<unknown>): Promise<unknown> {
  try {
    return { read: await read };
  } catch (error) {
    if (error instanceof HandrailError && error.trouble === 'unreadable') return 'unreadable';
    throw error;
  }
}

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgresql],
])('what is sealed in %s', (_, openDatabase) => {
  let opened: Opened;
  let raw: Raw;
  let client: Awaited<ReturnType<Database['open']>>;
  let reads: FreshReads;
  let known: Known;
  let cells: readonly SealedCell[];

  beforeAll(async () => {
    opened = await openDatabase();
    raw = opened.raw;
    await fill(opened);
    client = await opened.database.open(quietLog);
    reads = () => {
      const sealers = new Sealers(openKeyring(opened.secret));
      const session = { db: client, sealers, lockMemberOf: async () => {} };
      return {
        members: members(session),
        communities: communities(session),
        checkIns: checkIns(session),
        coping: coping(session),
        drafts: drafts(session),
        handled: handledRequests(session),
      };
    };
    known = await whatIsKnown(raw, opened.secret);
    cells = await sealedCells(raw);
  }, 60_000);
  afterAll(async () => {
    await client.$disconnect();
    await raw.close();
    await opened.close();
  });

  const readCell = ({ table, column, ids }: SealedCell) =>
    outcomeOf(readers[`${table}.${column}`]?.(reads(), ids, known) ?? Promise.resolve('no reader'));

  /** Whose it is: a member's, or a community's. */
  const ownerOf = ({ table, ids }: SealedCell): string =>
    ids['memberId'] ??
    known.accounts.get(ids['accountId'] ?? (table === 'Account' ? (ids['id'] ?? '') : ''))?.memberId ??
    ids['id'] ??
    '';

  const accountOf = (ref: AccountRef) => [...known.accounts].find(([, account]) => account.ref === ref);
  const accountIdOf = (ref: AccountRef) => accountOf(ref)?.[0] ?? '';
  const memberIdOf = (ref: AccountRef) => accountOf(ref)?.[1].memberId ?? '';
  const cellsOf = (owner: string) => cells.filter((cell) => ownerOf(cell) === owner);

  async function changed(cell: SealedCell, sealed: Uint8Array, check: () => Promise<void>): Promise<void> {
    await put(raw, cell, sealed);
    try {
      await check();
    } finally {
      await put(raw, cell, cell.sealed);
    }
  }

  /** Two rows exchange what they are found by, and then are put right. */
  async function lookupsSwapped(table: 'Account' | 'Community', check: () => Promise<void>, ids: string[]) {
    const [one = '', other = ''] = ids;
    const exchange = async () => {
      const rows = await raw.rows(`SELECT "id", "lookup" FROM "${table}"`);
      const lookupOf = (id: string) => rows.find((row) => row['id'] === id)?.['lookup'] ?? '';
      const set = `UPDATE "${table}" SET "lookup" = $1 WHERE "id" = $2`;
      await raw.run(set, 'for a moment', one);
      await raw.run(set, lookupOf(one), other);
      await raw.run(set, lookupOf(other), one);
    };
    await exchange();
    try {
      await check();
    } finally {
      await exchange();
    }
  }

  /** Asks as the bot does, after a start of its own: nothing is cached. */
  async function asAfterAStart(
    name: string,
    ask: (
      says: (line: string) => Promise<Seen>,
      asks: (asked: Asked, requestId?: string) => Promise<Seen>,
    ) => Promise<void>,
    community: string | null = null,
  ): Promise<void> {
    const { store, close } = await opened.open();
    const world = await openWorld({ store });
    const person = world.person(name, { community, moderator: community !== null, zone: 'UTC' });
    await ask(person.says, person.asks);
    await world.close();
    await close();
  }

  async function stillReachesHelp(name: string, community: string | null = null): Promise<void> {
    await asAfterAStart(name, async (says) => expectHelp(await says('/sos')), community);
  }

  it('is every column of bytes in the schema, and each is tried here', () => {
    const columns = sealedColumns().map(({ table, column }) => `${table}.${column}`);
    expect(columns.toSorted()).toEqual(Object.keys(readers).toSorted());
    const schema = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
    expect(columns).toHaveLength(schema.match(/\bBytes\b(?! are)/g)?.length ?? 0);
    for (const column of columns) {
      const owners = cells.filter(({ table, column: name }) => `${table}.${name}` === column).map(ownerOf);
      expect(new Set(owners).size, column).toBe(2);
    }
  });

  it('is read by whom it belongs to', async () => {
    for (const cell of cells) expect(await readCell(cell), cell.name).toHaveProperty('read');
    const { checkIns, members } = reads();
    expect((await checkIns.find(memberIdOf(amy) as never, days[0] as Day))?.details.note).toBe(wordsOf(amy));
    expect((await members.find(amyElsewhere))?.member.ownWords).toBe(wordsOf(amy));
  });

  it('is refused in the place of any other: another row, another member, another column', async () => {
    const opensIn: string[] = [];
    let swaps = 0;
    for (const cell of cells) {
      for (const other of cells) {
        if (other === cell) continue;
        await put(raw, cell, other.sealed);
        swaps += 1;
        if ((await readCell(cell)) !== 'unreadable') opensIn.push(`${other.name} in ${cell.name}`);
      }
      await put(raw, cell, cell.sealed);
      expect(await readCell(cell), cell.name).toHaveProperty('read');
    }
    expect(opensIn).toEqual([]);
    expect(swaps).toBe(cells.length * (cells.length - 1));
    expect(swaps).toBeGreaterThan(700);
  });

  it('is refused when a bit of it was changed', async () => {
    const opensAs: string[] = [];
    for (const cell of cells) {
      for (let flips = 0; flips < 15; flips += 1) {
        await put(raw, cell, flipOneBit(cell.sealed));
        if ((await readCell(cell)) !== 'unreadable') opensAs.push(cell.name);
      }
      await put(raw, cell, cell.sealed);
    }
    expect(opensAs).toEqual([]);
  });

  it('harms nobody else when it was changed', async () => {
    for (const cell of cells) {
      await changed(cell, flipOneBit(cell.sealed), async () => {
        for (const other of cells.filter((one) => ownerOf(one) !== ownerOf(cell))) {
          expect(await readCell(other), `${other.name} beside ${cell.name}`).toHaveProperty('read');
        }
      });
    }
  });

  it('is refused when its row was given to another day, another run, another request, another account or member', async () => {
    const [one, other] = [memberIdOf(amy), memberIdOf(bob)];
    const account = accountIdOf(amy);
    const elsewhere = accountIdOf(amyElsewhere);
    const { lookup = '' } =
      cells.find(({ table, ids }) => table === 'HandledRequest' && ids['accountId'] === account)?.ids ?? {};
    const free = openKeyring(opened.secret).lookup('request', 'second elsewhere');
    const moves: [table: string, row: Row, to: Row, read: () => Promise<unknown>][] = [
      [
        'CheckIn',
        { memberId: one, day: '2026-02-28' },
        { day: '2026-02-01' },
        () => reads().checkIns.find(one as never, '2026-02-01' as Day),
      ],
      [
        'CheckIn',
        { memberId: one, day: '2026-02-28' },
        { memberId: other, day: '2026-02-01' },
        () => reads().checkIns.since(other as never, '2026-01-01' as Day),
      ],
      [
        'CopingSession',
        { memberId: one, id: 'one' },
        { id: 'two' },
        () => reads().coping.rated(one as never, strategy),
      ],
      [
        'CopingSession',
        { memberId: one, id: 'one' },
        { memberId: other, id: 'two' },
        () => reads().coping.rated(other as never, strategy),
      ],
      [
        'Draft',
        { accountId: elsewhere, kind: 'form' },
        { kind: 'details' },
        () => reads().drafts.find(amyElsewhere, 'details', now),
      ],
      [
        'Draft',
        { accountId: account, kind: 'details' },
        { accountId: elsewhere },
        () => reads().drafts.find(amyElsewhere, 'details', now),
      ],
      [
        'HandledRequest',
        { accountId: account, lookup },
        { accountId: elsewhere },
        () => reads().handled.answer(amyElsewhere, found(known.requests, lookup)),
      ],
      [
        'HandledRequest',
        { accountId: account, lookup },
        { lookup: free },
        () => reads().handled.answer(amy, 'second elsewhere'),
      ],
      ['Account', { id: account, memberId: one }, { memberId: other }, () => reads().members.find(amy)],
      ['Account', { id: accountIdOf(bob), memberId: other }, { memberId: one }, () => reads().members.find(bob)],
    ];
    for (const [table, row, to, read] of moves) {
      await move(table, row, to);
      expect(await outcomeOf(read()), `${table} to ${JSON.stringify(to)}`).toBe('unreadable');
      await move(
        table,
        { ...row, ...to },
        Object.fromEntries(Object.keys(to).map((name) => [name, row[name] ?? null])),
      );
    }
    for (const cell of cells) expect(await readCell(cell), cell.name).toHaveProperty('read');
  });

  async function move(table: string, row: Row, to: Row): Promise<void> {
    const [set, where] = [Object.entries(to), Object.entries(row)];
    const sets = set.map(([name], i) => `"${name}" = $${i + 1}`).join(', ');
    const wheres = where.map(([name], i) => `"${name}" = $${set.length + i + 1}`).join(' AND ');
    await raw.run(`UPDATE "${table}" SET ${sets} WHERE ${wheres}`, ...[...set, ...where].map(([, value]) => value));
  }

  it('gives nobody another one’s account when two exchanged what they are found by', async () => {
    for (const [one, other] of [
      [amy, bob],
      [amy, amyElsewhere],
    ] as const) {
      const check = async () => {
        expect(await outcomeOf(reads().members.find(one))).toBe('unreadable');
        expect(await outcomeOf(reads().members.find(other))).toBe('unreadable');
      };
      await lookupsSwapped('Account', check, [accountIdOf(one), accountIdOf(other)]);
    }
    expect(await outcomeOf(reads().members.find(amy))).toHaveProperty('read');
  });

  it('gives nobody another one’s draft or answer when two exchanged what they are found by', async () => {
    const check = async () => {
      expect(await outcomeOf(reads().drafts.find(amy, 'form', now))).toBe('unreadable');
      expect(await outcomeOf(reads().handled.answer(amy, 'first'))).toBe('unreadable');
    };
    await lookupsSwapped('Account', check, [accountIdOf(amy), accountIdOf(bob)]);
  });

  it('gives nobody the account of someone who has the same identifier on another platform', async () => {
    const { store, close } = await opened.open();
    const namesake = { platform: 'elsewhere', key: amy.key };
    const { id } = await store.transaction((tx) => tx.members.ensure(namesake, now));
    await close();
    const check = async () => expect(await outcomeOf(reads().members.find(namesake))).toBe('unreadable');
    await lookupsSwapped('Account', check, [accountIdOf(amy), id]);
  });

  it('gives no community another one’s settings when two exchanged what they are found by', async () => {
    const check = async () => {
      expect(await outcomeOf(reads().communities.find(harbor))).toBe('unreadable');
      expect(await outcomeOf(reads().communities.find(hillside))).toBe('unreadable');
      for (const name of [harbor.key, hillside.key]) {
        await asAfterAStart('amy', async (says) => expectPlainRefusal(await says('/community country:DE')), name);
        await stillReachesHelp('amy', name);
      }
    };
    await lookupsSwapped('Community', check, [...known.communities.keys()]);
    const rows = await raw.rows('SELECT "country" FROM "Community"');
    expect(rows.map(({ country }) => country)).toEqual(['IE', 'IE']);
  });

  it('shows a member no word of another one’s, whichever way their rows were exchanged', async () => {
    const asked = async () => {
      for (const [me, other] of [
        [amy, bob],
        [bob, amy],
      ] as const) {
        await asAfterAStart(me.key, async (says, asks) => {
          const answers = [
            ...(await everyReadOf(asks)),
            await says('/settings'),
            await says('/checkin note:"one more"'),
            await says('hello'),
          ];
          for (const { text } of answers) expect(text).not.toContain(wordsOf(other));
          expectPlainRefusal(await says('/progress'));
          expectHelp(await says('/sos'));
        });
      }
    };
    await lookupsSwapped('Account', asked, [accountIdOf(amy), accountIdOf(bob)]);

    const [toOther, back] = [memberIdOf(bob), memberIdOf(amy)];
    const point = 'UPDATE "Account" SET "memberId" = $1 WHERE "id" = $2';
    await raw.run(point, toOther, accountIdOf(amy));
    await raw.run(point, back, accountIdOf(bob));
    await asked();
    await raw.run(point, back, accountIdOf(amy));
    await raw.run(point, toOther, accountIdOf(bob));
  });

  it('answers its member with a plain sentence when it cannot be read, and with help when they ask for that', async () => {
    const before = await raw.rows('SELECT * FROM "CheckIn" ORDER BY "memberId", "day"');
    for (const cell of cellsOf(memberIdOf(amy))) {
      if (ownerAccount(cell) === accountIdOf(amyElsewhere)) continue;
      await changed(cell, flipOneBit(cell.sealed), async () => {
        await asAfterAStart('amy', async (says, asks) => {
          const refused = (await everyReadOf(asks)).filter(failed);
          expect(refused.length, cell.name).toBeGreaterThan(0);
          for (const seen of refused) expectPlainRefusal(seen);
          expectHelp(await says('/sos'));
        });
      });
    }
    expect(await raw.rows('SELECT * FROM "CheckIn" ORDER BY "memberId", "day"')).toEqual(before);
    await asAfterAStart('amy', async (says) => expect((await says('/progress')).answer.kind).toBe('reply'));
  });

  const ownerAccount = ({ table, ids }: SealedCell) =>
    ids['accountId'] ?? (table === 'Account' ? ids['id'] : undefined);

  it('answers all others as ever while one member’s rows cannot be read', async () => {
    const harmed = cellsOf(memberIdOf(amy));
    for (const cell of harmed) await put(raw, cell, flipOneBit(cell.sealed));
    await asAfterAStart('bob', async (says) => {
      expect((await says('/progress')).text).toContain('2 check-ins in a row');
      expect((await says('/settings')).text).toContain(wordsOf(bob));
    });
    for (const cell of harmed) await put(raw, cell, cell.sealed);
    for (const cell of cells) expect(await readCell(cell), cell.name).toHaveProperty('read');
  });
});

/** Everything that reads a sealed cell of the member who asks. Two of them are repeats, whose answers are remembered. */
async function everyReadOf(asks: (asked: Asked, requestId?: string) => Promise<Seen>): Promise<readonly Seen[]> {
  const hello = { kind: 'text', text: 'hello' } as const;
  const each: readonly Asked[] = [
    { kind: 'command', name: 'progress', options: {} },
    { kind: 'command', name: 'settings', options: {} },
    hello,
    { kind: 'action', token: 'fr.keep:skip' },
    { kind: 'action', token: `cope.done:run:${strategy}:craving:7:3` },
  ];
  const seen = [await asks(hello, 'first'), await asks(hello, 'second')];
  for (const asked of each) seen.push(await asks(asked, randomUUID()));
  return seen;
}

/** Refused, but not for an answer that does not fit the question of a form. */
function failed({ answer }: Seen): boolean {
  return answer.kind === 'refused' && answer.reason !== 'bad-input';
}

function expectPlainRefusal({ answer, text }: Seen): void {
  expect(answer).toMatchObject({ kind: 'refused', reason: 'failed' });
  expect(text).toContain(content.wordsFor('en').text('refused.failed'));
  expect(text).toContain('What would help?');
  expect(text).not.toContain('sealed value');
}

function expectHelp({ answer, text }: Seen): void {
  expect(answer.kind).toBe('reply');
  expect(text).toMatch(/If a life is in danger now/);
}
