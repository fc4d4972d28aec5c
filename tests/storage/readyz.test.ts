import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpApp } from '../../src/http.ts';
import type { Storage } from '../../src/storage/open.ts';
import { openFreshSqliteStorage, openPostgresStorage, scratchFolder } from '../support/storage.ts';

let folder: ReturnType<typeof scratchFolder>;
let file: string;
let key: string;
const opened: Storage[] = [];

beforeEach(() => {
  folder = scratchFolder();
  file = join(folder.path, 'handrail.db');
  key = join(folder.path, 'handrail.key');
});
afterEach(async () => {
  await closeAll();
  folder.remove();
});

async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
}

async function open(path = file): Promise<Storage> {
  const storage = await openFreshSqliteStorage(path, { keyFiles: [key], retryAfterMs: 60_000 });
  opened.push(storage);
  return storage;
}

/** What a stranger reads first who asks the running bot whether it is ready. */
async function readyz({ publicReason }: Storage): Promise<string> {
  const platforms = () => [{ name: 'memory', connected: true, ended: false }];
  const said = await (await httpApp({ trouble: publicReason, platforms }).app.request('/readyz')).text();
  return said.replace('memory: connected\n', '');
}

describe('/readyz tells a stranger why the bot is not ready, and the operator alone where', () => {
  it('when the database is damaged', async () => {
    writeFileSync(file, 'these are my notes, not a database, and they are longer than a header would be. '.repeat(20));
    const storage = await open();
    expect(storage.trouble()).toContain(file);
    expect(await readyz(storage)).toBe('not ready: the database cannot be used (its file is not a database)\n');
  });

  it('when its folder cannot be made', async () => {
    writeFileSync(join(folder.path, 'data'), 'a file where a folder should be');
    const storage = await open(join(folder.path, 'data', 'handrail.db'));
    expect(storage.trouble()).toContain(folder.path);
    expect(await readyz(storage)).toBe(
      'not ready: the database cannot be used (a part of its path is a file, not a folder)\n',
    );
  });

  it('when the database was made by a newer version, without the names of its migrations', async () => {
    await open();
    await closeAll();
    const db = new Database(file);
    db.exec(
      "UPDATE _prisma_migrations SET migration_name = '20990101000000_secret_plan' WHERE migration_name LIKE '%_first'",
    );
    db.close();
    const storage = await open();
    expect(storage.trouble()).toContain('20990101000000_secret_plan');
    expect(await readyz(storage)).toBe('not ready: the database was made by a newer version of Handrail\n');
  });

  it('when a migration stopped half way, without its name', async () => {
    await open();
    await closeAll();
    const db = new Database(file);
    db.exec('UPDATE _prisma_migrations SET finished_at = NULL');
    db.close();
    expect(await readyz(await open())).toBe('not ready: an upgrade of the database stopped half way\n');
  });

  it('when the master key is missing, is no key, is another one, or cannot be read', async () => {
    await open();
    await closeAll();
    renameSync(key, `${key}.away`);
    expect(await readyz(await open())).toBe('not ready: the master key is missing\n');
    writeFileSync(key, 'my shopping list');
    expect(await readyz(await open(join(folder.path, 'two.db')))).toBe('not ready: the master key is not valid\n');
    writeFileSync(key, Buffer.alloc(32, 7).toString('base64'));
    await closeAll();
    expect(await readyz(await open())).toBe('not ready: the database was sealed with another master key\n');
    await closeAll();
    renameSync(key, `${key}.wrong`);
    mkdirSync(key);
    expect(await readyz(await open())).toBe('not ready: the master key cannot be read\n');
  });

  it('when the master key is a link whose target is missing, or can be made nowhere', async () => {
    symlinkSync(join(folder.path, 'unmounted', 'handrail.key'), key);
    expect(await readyz(await open())).toBe('not ready: the master key cannot be read\n');
    await closeAll();
    writeFileSync(join(folder.path, 'file'), 'a file where a folder should be');
    key = join(folder.path, 'file', 'handrail.key');
    expect(await readyz(await open())).toBe('not ready: no master key can be made\n');
  });

  it('when the server of PostgreSQL is away, without its address, user or password', async () => {
    writeFileSync(key, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
    const url = 'postgres://amy:hush@127.0.0.1:1/recovery';
    const storage = await openPostgresStorage(url, key, { retryAfterMs: 60_000 });
    opened.push(storage);
    expect(storage.trouble()).toContain('127.0.0.1:1/recovery');
    expect(await readyz(storage)).toBe('not ready: the database cannot be used (its server cannot be reached)\n');
  });

  it('and is ready again when the database can be used', async () => {
    expect(await readyz(await open())).toBe('ready\n');
  });
});
