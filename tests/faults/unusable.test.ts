import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Temporal } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { type Postgres, startPostgres } from '../support/postgres.js';
import { openFreshSqliteStorage, openPostgresStorage, scratchFolder } from '../support/storage.ts';
import { openWorld, type World } from '../support/world.ts';

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
const needsRoot = mayMount ? '' : ' (skipped: only root may mount a small disk)';
const soon = { timeout: 15_000, interval: 20 };

/** A disk of its own, in memory, that is soon full. */
function smallDisk(megabytes: number) {
  const path = mkdtempSync(join(tmpdir(), 'handrail-disk-'));
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  mount(`size=${megabytes}m,mode=777`);
  const filler = join(path, 'filler');
  return {
    path,
    /** Leaves not a byte. */
    fill() {
      try {
        for (let size = 2 ** 20; size >= 1; size = size === 1 ? 0 : size / 2 ** 10) fillBy(filler, size);
      } catch {}
    },
    free: () => rmSync(filler),
    makeReadOnly: () => mount('remount,ro'),
    makeWritable: () => mount('remount,rw'),
    remove() {
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true });
    },
  };
}

function fillBy(file: string, size: number): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

/** What members are told while nothing can be kept, and that help is there all the same. */
async function expectHelpOnly(world: World, storage: Storage, reason: string): Promise<void> {
  const person = world.person('newcomer');
  const refused = await person.says('/checkin note:"the second day"');
  expect(refused.answer).toMatchObject({ kind: 'refused', reason: 'storage-unavailable' });
  expect(refused.text).toContain("I can't reach my records right now");
  expect((await person.says('/sos IE')).text).toContain('Samaritans');
  expect(storage.trouble()).toContain(reason);
}

/** Nobody does anything: it is the bot that tries again. */
async function expectBack(world: World, storage: Storage): Promise<void> {
  await vi.waitFor(() => expect(storage.trouble()).toBeNull(), soon);
  const back = await world.person('newcomer').says('/checkin note:"the third day"');
  expect(back.text).toContain('in a row');
}

/**
 * A check-in a day until one is refused: a full disk still has room in the pages that the database has taken already.
 * Gives how many were acknowledged.
 */
async function checkInDaily(world: World, storage: Storage): Promise<number> {
  for (let acknowledged = 0; ; acknowledged += 1) {
    const day = Temporal.PlainDate.from('2026-03-02').add({ days: acknowledged });
    world.itIs(`${String(day)}T12:00`, 'UTC');
    const { answer } = await world.person('newcomer').says('/checkin');
    if (answer.kind === 'refused') return acknowledged;
    expect(storage.trouble()).toBeNull();
  }
}

async function total(world: World): Promise<string | undefined> {
  const { text } = await world.person('newcomer').says('/progress');
  return /(\d+) check-ins? in all/.exec(text)?.[1];
}

describe.skipIf(!mayMount)(`SQLite on a disk that fails${needsRoot}`, () => {
  let disk: ReturnType<typeof smallDisk>;
  let storage: Storage;
  let world: World;
  const open = async () => {
    storage = await openFreshSqliteStorage(join(disk.path, 'handrail.db'), { retryAfterMs: 50 });
    world = await openWorld({ store: storage.store });
  };
  beforeEach(() => {
    disk = smallDisk(3);
  });
  afterEach(async () => {
    await world.close();
    await storage.close();
    disk.remove();
  });

  it('says so on a full disk, acknowledges nothing falsely, and comes back by itself', async () => {
    await open();
    await world.person('newcomer').says('/checkin note:"the first day"');
    disk.fill();
    const acknowledged = 1 + (await checkInDaily(world, storage));
    await expectHelpOnly(world, storage, 'the disk is full');
    expect(await total(world)).toBe(String(acknowledged));
    disk.free();
    await expectBack(world, storage);
    expect(await total(world)).toBe(String(acknowledged + 1));
  });

  it('starts on a full disk with help only, and comes back by itself', async () => {
    disk.fill();
    await open();
    await expectHelpOnly(world, storage, 'No master key can be made');
    disk.free();
    await expectBack(world, storage);
  });

  it('starts on a read-only disk with help only, and comes back by itself', async () => {
    await open();
    await world.person('newcomer').says('/checkin');
    await world.close();
    await storage.close();
    disk.makeReadOnly();
    await open();
    await expectHelpOnly(world, storage, 'cannot be used: ');
    disk.makeWritable();
    await expectBack(world, storage);
    expect(await total(world)).toBe('1');
  });
});

describe('PostgreSQL on a server that fails', () => {
  let server: Postgres;
  let folder: ReturnType<typeof scratchFolder>;
  let keyFile: string;
  beforeAll(async () => {
    server = await startPostgres({ own: true });
    folder = scratchFolder();
    keyFile = join(folder.path, 'handrail.key');
    writeFileSync(keyFile, Buffer.alloc(32, 7).toString('base64'));
    chmodSync(keyFile, 0o600);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  const open = async () => {
    const url = await server.newDatabase();
    const storage = await openPostgresStorage(url, keyFile, { retryAfterMs: 50 });
    const world = await openWorld({ store: storage.store });
    await world.person('newcomer').says('/checkin');
    return { url, storage, world };
  };

  it('says so while the database is read-only, and comes back by itself', async () => {
    const { url, storage, world } = await open();
    await alter(url, 'SET default_transaction_read_only = on');
    world.itIs('2026-03-02T12:00', 'UTC');
    await expectHelpOnly(world, storage, 'it is read-only');
    expect(await total(world)).toBe('1');
    await alter(url, 'RESET default_transaction_read_only');
    await expectBack(world, storage);
    await storage.close();
  });

  it('says so while the server is gone, and comes back by itself', async ({ skip }) => {
    skip(server.own === null, 'the server that TEST_DATABASE_URL names is not ours to stop');
    const { storage, world } = await open();
    server.own?.kill9();
    world.itIs('2026-03-02T12:00', 'UTC');
    await expectHelpOnly(world, storage, 'its server ');
    await server.own?.startAgain();
    await expectBack(world, storage);
    expect(await total(world)).toBe('2');
    await storage.close();
  });

  it(`says so on a full disk, acknowledges nothing falsely, and comes back by itself${needsRoot}`, async ({ skip }) => {
    skip(!mayMount || server.own === null, 'needs root, and a server of our own');
    const { url, storage, world } = await open();
    const disk = smallDisk(40);
    const space = join(disk.path, 'space');
    mkdirSync(space, { mode: 0o700 });
    const { uid, gid } = statSync(server.own?.folder ?? '');
    chownSync(space, uid, gid);
    await alter(url, 'SET TABLESPACE small', `CREATE TABLESPACE small LOCATION '${space}'`);
    await expectBack(world, storage);
    disk.fill();
    const acknowledged = 1 + (await checkInDaily(world, storage));
    await expectHelpOnly(world, storage, "its server's disk is full");
    expect(await total(world)).toBe(String(acknowledged));
    disk.free();
    await expectBack(world, storage);
    await storage.close();
    disk.remove();
  });
});

/** Changes a setting of the database, and closes every connection to it, since a setting holds from the next one on. */
async function alter(url: string, change: string, before = 'SELECT 1'): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const elsewhere = new URL(url);
  elsewhere.pathname = '/postgres';
  const client = new pg.Client(elsewhere.href);
  await client.connect();
  await client.query(before);
  await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await client.query(`ALTER DATABASE ${name} ${change}`);
  await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await client.end();
}
