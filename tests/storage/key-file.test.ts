import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store, StoreReads } from '../../src/core/conversation/store.ts';
import { sweep } from '../../src/core/maintenance.ts';
import type { LogFields } from '../../src/core/values/log.ts';
import { Temporal } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { storesBy } from '../../src/storage/rooms.ts';
import { startPostgres } from '../support/postgres.js';
import { openFreshSqliteStorage, openPostgresStorage, quietLog, scratchFolder } from '../support/storage.ts';
import { openWorld } from '../support/world.ts';

const now = Temporal.Instant.from('2026-03-01T12:00Z');
const amy = { platform: 'memory', key: 'amy' };

let folder: ReturnType<typeof scratchFolder>;
let file: string;
let best: string;
let inside: string;
let told: string[];
let logged: { event: string; fields: LogFields }[];
const opened: Storage[] = [];

beforeEach(() => {
  folder = scratchFolder();
  file = join(folder.path, 'data', 'handrail.db');
  best = join(folder.path, 'data.key');
  inside = join(folder.path, 'data', 'handrail.key');
  told = [];
  logged = [];
});
afterEach(async () => {
  await closeAll();
  folder.remove();
});

async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
}

async function kept(storage: Promise<Storage>): Promise<Storage> {
  opened.push(await storage);
  return storage;
}

const log = { ...quietLog, warn: (event: string, fields: LogFields = {}) => void logged.push({ event, fields }) };

/** SQLite, as the bot opens it: the key beside the data folder where that can be written, and inside it otherwise. */
function open(retryAfterMs = 60_000, keyFiles: readonly string[] = [best, inside]): Promise<Storage> {
  return kept(openFreshSqliteStorage(file, { keyFiles, retryAfterMs, log, onKeyMade: (path) => told.push(path) }));
}

async function checkIn({ store }: Storage, { key } = amy): Promise<void> {
  await store.transaction(async (tx) => {
    const { member } = await tx.members.ensure({ ...amy, key }, now);
    await tx.members.change(member.id, { ownWords: `words of ${key}` });
  });
}

async function wordsOf({ store }: Storage): Promise<string | null | undefined> {
  return (await store.members.find(amy))?.member.ownWords;
}

/** A database that has been in use, closed. */
async function sealedDatabase(): Promise<void> {
  await checkIn(await open());
  await closeAll();
}

/** Every file, byte by byte. Whoever reads SQLite's file makes an index and an empty -wal beside it, for themselves. */
function allFiles(): Record<string, string> {
  const paths = readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith('-shm') && !(path.endsWith('-wal') && statSync(path).size === 0));
  return Object.fromEntries(paths.map((path) => [relative(folder.path, path), hashOf(path)]));
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

const newKey = () => `${randomBytes(32).toString('base64')}\n`;

/** Every call of every store, by name: what a store can do is seen from one without a database. */
function everyCall(store: Store): (() => Promise<unknown>)[] {
  const session = { db: {}, sealers: {}, locks: false, known: new Map(), insertMeetings: async () => {} };
  const stores = storesBy((make) => make(session as never));
  return Object.entries(stores).flatMap(([name, methods]) =>
    Object.keys(methods).map((method) => () => called(store[name as keyof StoreReads] as never, method)),
  );
}

async function called(store: Record<string, (...args: unknown[]) => unknown>, method: string): Promise<void> {
  const given = store[method]?.('nobody', amy, now, 1);
  if (method !== 'exportOf') return void (await given);
  for await (const _ of given as AsyncIterable<unknown>) continue;
}

/** Nothing can be read or written, and each call says why. */
async function expectHelpOnly(storage: Storage, sentence: RegExp): Promise<void> {
  const { store, trouble } = storage;
  expect(trouble()).toMatch(sentence);
  const calls = everyCall(store);
  expect(calls.length).toBeGreaterThan(50);
  const writes = [() => checkIn(storage), () => sweep(store, now)];
  for (const call of [...calls, ...writes]) {
    await expect(call()).rejects.toMatchObject({ code: 'storage-unavailable', message: trouble() });
  }
  const world = await openWorld({ store });
  const person = world.person('amy', { zone: 'UTC' });
  expect((await person.says('/sos IE')).text).toContain('Samaritans');
  expect((await person.says('/checkin note:"private"')).text).toContain("I can't reach my records right now");
  await world.close();
}

async function comesBack(storage: Storage): Promise<void> {
  await vi.waitFor(() => expect(storage.trouble()).toBeNull(), { timeout: 10_000 });
  expect(await wordsOf(storage)).toBe('words of amy');
}

describe('the first start', () => {
  it('makes the key outside the data folder, which its owner alone may read', async () => {
    expect((await open()).trouble()).toBeNull();
    expect(statSync(best).mode & 0o777).toBe(0o600);
    expect(readFileSync(best, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(Object.keys(allFiles()).filter((name) => name.endsWith('.key'))).toEqual(['data.key']);
  });

  it('makes the folder that the key is to be in', async () => {
    const deep = join(folder.path, 'etc', 'handrail', 'master.key');
    expect((await open(60_000, [deep])).trouble()).toBeNull();
    expect(statSync(deep).mode & 0o777).toBe(0o600);
  });

  it('makes it inside the data folder where nothing else can be written, and says so', async () => {
    writeFileSync(join(folder.path, 'file'), 'a file where a folder should be');
    const nowhere = join(folder.path, 'file', 'handrail.key');
    expect((await open(60_000, [nowhere, inside])).trouble()).toBeNull();
    expect(statSync(inside).mode & 0o777).toBe(0o600);
    expect(told).toEqual([inside]);
    await closeAll();
    expect((await open(60_000, [nowhere, inside])).trouble()).toBeNull();
  });

  it.skipIf(process.getuid?.() === 0)(
    'makes it inside the data folder where the one beside may not be written',
    async () => {
      mkdirSync(dirname(file));
      chmodSync(folder.path, 0o500);
      const storage = await open();
      chmodSync(folder.path, 0o700);
      expect(storage.trouble()).toBeNull();
      expect(told).toEqual([inside]);
    },
  );

  it('tells the operator where the key is once, and never again', async () => {
    await open();
    await closeAll();
    await open();
    await closeAll();
    expect(told).toEqual([best]);
    expect(logged).toEqual([]);
  });

  it('makes a key of its own for each database', async () => {
    await open();
    const other = join(folder.path, 'other.key');
    await kept(openFreshSqliteStorage(join(folder.path, 'other.db'), { keyFiles: [other] }));
    expect(readFileSync(other, 'utf8')).not.toBe(readFileSync(best, 'utf8'));
  });

  it('takes the key that the operator has made, and leaves it as it is', async () => {
    const own = randomBytes(32).toString('base64');
    writeFileSync(best, own, { mode: 0o400 });
    await checkIn(await open());
    expect(told).toEqual([]);
    expect(readFileSync(best, 'utf8')).toBe(own);
    expect(statSync(best).mode & 0o777).toBe(0o400);
  });

  it('writes nothing at all where no key can be made, and says what to do', async () => {
    writeFileSync(join(folder.path, 'file'), 'a file where a folder should be');
    const [one, other] = [join(folder.path, 'file', 'a.key'), join(folder.path, 'file', 'b.key')];
    const before = allFiles();
    const storage = await open(20, [one, other]);
    await expectHelpOnly(
      storage,
      /^No master key can be made: .* and .* cannot be written \(\w+\)\. Set HANDRAIL_MASTER_KEY_FILE/,
    );
    expect(storage.trouble()).toContain(`${one} and ${other}`);
    expect(allFiles()).toEqual(before);
    rmSync(join(folder.path, 'file'));
    await vi.waitFor(() => expect(storage.trouble()).toBeNull(), { timeout: 10_000 });
    expect(told).toEqual([one]);
  });
});

describe('without its key the bot answers help alone, writes nothing, and comes back by itself', () => {
  const elsewhere = () => join(folder.path, 'put away');

  it('when the key is missing: it names every place that it looked in', async () => {
    await sealedDatabase();
    renameSync(best, elsewhere());
    const before = allFiles();
    const storage = await open(20);
    await expectHelpOnly(storage, /is missing\. I looked for it in .*Put it back: .*Nothing was written\.$/);
    expect(storage.trouble()).toContain(
      `I looked for it in ${best} and in ${inside} (HANDRAIL_MASTER_KEY_FILE says where)`,
    );
    expect(allFiles()).toEqual(before);
    expect(told).toEqual([best]);
    renameSync(elsewhere(), best);
    await comesBack(storage);
  });

  it('when the key is there again, in the second place', async () => {
    await sealedDatabase();
    renameSync(best, elsewhere());
    const storage = await open(20);
    expect(storage.trouble()).toContain('is missing');
    renameSync(elsewhere(), inside);
    await comesBack(storage);
  });

  it('when the key is another one', async () => {
    await sealedDatabase();
    renameSync(best, elsewhere());
    writeFileSync(best, newKey(), { mode: 0o600 });
    const before = allFiles();
    const storage = await open(20);
    await expectHelpOnly(
      storage,
      /was sealed with another master key than .*Put the right one there.*Nothing was written\.$/,
    );
    expect(storage.trouble()).toContain(`another master key than ${best}`);
    expect(allFiles()).toEqual(before);
    renameSync(elsewhere(), best);
    await comesBack(storage);
  });

  it.each([
    ['is empty', () => ''],
    ['was cut short', (key: string) => key.slice(0, 30)],
    ['has a second key behind it', (key: string) => key.trim().replace('=', 'A') + newKey()],
    ['holds something else', () => 'my shopping list'],
    ['is the right length and no key', () => '\u0000'.repeat(32)],
  ])('when the key file %s', async (_, damage) => {
    await sealedDatabase();
    const key = readFileSync(best, 'utf8');
    writeFileSync(best, damage(key));
    const before = allFiles();
    const storage = await open(20);
    await expectHelpOnly(storage, /is no master key: that is 32 bytes in base64, on one line\.$/);
    expect(storage.trouble()).toContain(best);
    expect(allFiles()).toEqual(before);
    writeFileSync(best, key);
    await comesBack(storage);
  });

  it('when there is a folder where the key should be, also at a first start', async () => {
    mkdirSync(best);
    const before = allFiles();
    const storage = await open(20);
    await expectHelpOnly(storage, /^The master key .* cannot be read \(EISDIR\)\.$/);
    expect(allFiles()).toEqual(before);
    rmSync(best, { recursive: true });
    await vi.waitFor(() => expect(storage.trouble()).toBeNull(), { timeout: 10_000 });
  });

  it.each([
    ['the first place', () => [best, [best, inside]] as const],
    ['the second place', () => [inside, [best, inside]] as const],
    ['the only place, which HANDRAIL_MASTER_KEY_FILE names', () => [best, [best]] as const],
  ])('when a link is there whose target is missing, also at a first start: %s', async (_, places) => {
    const [link, keyFiles] = places();
    const target = join(folder.path, 'disk', 'handrail.key');
    mkdirSync(dirname(file));
    symlinkSync(target, link);
    const before = allFiles();
    const storage = await open(20, keyFiles);
    await expectHelpOnly(storage, /^The master key .* is a link, and its target .* is missing\./);
    expect(storage.trouble()).toContain(`The master key ${link} is a link, and its target ${target} is missing.`);
    expect(allFiles()).toEqual(before);
    expect(told).toEqual([]);
    mkdirSync(dirname(target));
    writeFileSync(target, newKey(), { mode: 0o600 });
    await vi.waitFor(() => expect(storage.trouble()).toBeNull(), { timeout: 10_000 });
    expect(told).toEqual([]);
  });

  it('and says nothing of the key itself', async () => {
    await sealedDatabase();
    const key = readFileSync(best, 'utf8').trim();
    writeFileSync(best, key.slice(0, 40));
    const storage = await open();
    expect(storage.trouble()).not.toContain(key.slice(0, 8));
  });
});

describe('a key that others may read', () => {
  it.each(['644', '640', '604', '660'])('with mode %s is warned about, with its path alone, and used', async (mode) => {
    await sealedDatabase();
    chmodSync(best, Number.parseInt(mode, 8));
    const storage = await open();
    expect(logged).toEqual([{ event: 'other users of this machine may read the master key', fields: { path: best } }]);
    expect(await wordsOf(storage)).toBe('words of amy');
    expect((statSync(best).mode & 0o777).toString(8)).toBe(mode);
  });
});

describe('on PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let url: string;
  let client: pg.Client;

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = await server.newDatabase();
    client = new pg.Client(url);
    await client.connect();
  });
  afterEach(async () => {
    await closeAll();
    await client.end();
  });

  const openHere = (retryAfterMs = 60_000) => kept(openPostgresStorage(url, best, { retryAfterMs, log }));

  /** Every row of every table, with the transaction that wrote it and its place: a row written again is another one. */
  async function dump(): Promise<Record<string, unknown>> {
    const tables = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    const rows: Record<string, unknown> = {};
    for (const { name } of tables.rows) {
      rows[name] = (await client.query(`SELECT xmin::text, ctid::text, t.*::text FROM "${name}" t ORDER BY ctid`)).rows;
    }
    return rows;
  }

  it('no key is ever made, since each machine would make its own: the operator is told how', async () => {
    const storage = await openHere(20);
    await expectHelpOnly(
      storage,
      /is missing\. I looked for it in .*Make one with: \(umask 077; openssl rand -base64 32 > .*\) and give the same to every process\. Nothing was written\.$/,
    );
    expect(storage.trouble()).toContain(best);
    expect(storage.trouble()).not.toContain('postgres:test');
    expect(allFiles()).toEqual({});
    expect(await dump()).toEqual({});
    writeFileSync(best, newKey(), { mode: 0o600 });
    await vi.waitFor(() => expect(storage.trouble()).toBeNull(), { timeout: 10_000 });
    await checkIn(storage);
    expect(await wordsOf(storage)).toBe('words of amy');
  });

  it('a missing key and another one write nothing, and the right one finds everything again', async () => {
    const right = newKey();
    writeFileSync(best, right, { mode: 0o600 });
    await checkIn(await openHere());
    await closeAll();
    const before = await dump();
    expect(before).toMatchObject({ Member: [{}], Account: [{}], KeyCheck: [{}] });

    rmSync(best);
    const missing = await openHere();
    await expectHelpOnly(missing, /is missing\. I looked for it in .*Put it back: .*Nothing was written\.$/);
    expect(await dump()).toEqual(before);
    expect(allFiles()).toEqual({});

    writeFileSync(best, newKey(), { mode: 0o600 });
    const wrong = await openHere(20);
    await expectHelpOnly(wrong, /was sealed with another master key than .*Nothing was written\.$/);
    expect(await dump()).toEqual(before);

    writeFileSync(best, right);
    await comesBack(wrong);
  });

  it('a process with another key never joins those that have the right one', async () => {
    writeFileSync(best, newKey(), { mode: 0o600 });
    const first = await openHere();
    await checkIn(first);
    writeFileSync(best, newKey());
    const second = await openHere();
    await expectHelpOnly(second, /was sealed with another master key/);
    await checkIn(first);
    expect(await wordsOf(first)).toBe('words of amy');
  });
});
