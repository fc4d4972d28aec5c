import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Temporal } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { openFreshSqliteStorage, scratchFolder } from '../support/storage.ts';

let folder: ReturnType<typeof scratchFolder>;
let file: string;
const opened: Storage[] = [];

beforeEach(() => {
  folder = scratchFolder();
  file = join(folder.path, 'handrail.db');
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
  folder.remove();
});

async function open(path = file, alone = true, retryAfterMs = 20): Promise<Storage> {
  const storage = await openFreshSqliteStorage(path, {
    alone,
    retryAfterMs,
    keyFiles: [join(folder.path, 'handrail.key')],
  });
  opened.push(storage);
  return storage;
}

const account = { platform: 'test', key: 'amy' };
const now = Temporal.Instant.from('2026-03-01T12:00Z');

describe('opening the database', () => {
  it('makes the folder and the tables by itself, and finds everything again', async () => {
    const first = await open(join(folder.path, 'a', 'b', 'handrail.db'));
    await first.store.transaction((tx) => tx.members.ensure(account, now));
    await first.close();
    const second = await open(join(folder.path, 'a', 'b', 'handrail.db'));
    expect(await second.store.members.find(account)).not.toBeNull();
  });

  it('lets only one bot at a file, and says so; a command may work beside it', async () => {
    await open();
    await expect(open()).rejects.toThrow(`Another Handrail already uses ${file}. Stop that one first`);
    const beside = await open(file, false);
    expect(beside.trouble()).toBeNull();
  });

  it('refuses a database of a newer version, and changes nothing in it', async () => {
    await (await open()).close();
    const db = new Database(file);
    db.exec(
      "UPDATE _prisma_migrations SET migration_name = '20990101000000_from_the_future' WHERE migration_name LIKE '%_first'",
    );
    db.close();
    const before = readFileSync(file);
    const storage = await open(file, true, 60_000);
    expect(storage.trouble()).toContain(
      'The database was made by a newer version of Handrail (it has 20990101000000_from_the_future).',
    );
    await expect(storage.store.members.find(account)).rejects.toMatchObject({ code: 'storage-unavailable' });
    await storage.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('stands in for a folder that cannot be written, and comes back by itself when it can', async () => {
    writeFileSync(join(folder.path, 'data'), 'a file where a folder should be');
    const storage = await open(join(folder.path, 'data', 'handrail.db'));
    expect(storage.trouble()).toContain('cannot be used: a part of its path is a file, not a folder.');
    await expect(storage.store.transaction((tx) => tx.members.ensure(account, now))).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
    rmSync(join(folder.path, 'data'));
    mkdirSync(join(folder.path, 'data'));
    await vi.waitFor(() => expect(storage.trouble()).toBeNull(), { timeout: 10_000 });
    await storage.store.transaction((tx) => tx.members.ensure(account, now));
  });

  it('says so while another program holds the write lock too long, and is ready again after', async () => {
    const storage = await open();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const write = () => storage.store.transaction((tx) => tx.members.ensure(account, now));
    await expect(write()).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(storage.trouble()).toContain('another program holds its write lock');
    other.exec('ROLLBACK');
    other.close();
    await write();
    await vi.waitFor(() => expect(storage.trouble()).toBeNull());
  });

  it('says that a file is no database, and leaves it as it is', async () => {
    writeFileSync(file, 'these are my notes, not a database, and they are longer than a header would be. '.repeat(20));
    const storage = await open(file, true, 60_000);
    expect(storage.trouble()).toContain('its file is not a database');
    expect(readFileSync(file, 'utf8')).toContain('these are my notes');
  });
});
