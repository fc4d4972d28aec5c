import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '../../src/core/conversation/store.ts';
import { startPostgres } from '../support/postgres.js';
import { openPostgresStorage, openSqliteStorage, scratchFolder } from '../support/storage.ts';
import { openWorld, type Person } from '../support/world.ts';

const databases = { SQLite: onSqlite, PostgreSQL: onPostgresql };

describe.each(Object.entries(databases))('a check-in on %s', (_, open) => {
  afterEach(() => vi.restoreAllMocks());

  it('takes nine statements at most', async () => {
    const { store, sent, close } = await open();
    const amy = await someoneInHarbor(store);
    await amy.says('/checkin mood:4');
    await amy.presses('Yes, keep it');
    await amy.says('/checkin mood:4');
    sent();
    await amy.says('/checkin mood:3 note:"slept badly"');
    expectAtMost(9, sent());
    await close();
  });

  it('takes thirteen at most where it is the first ever, and where what was said waits for a yes', async () => {
    const { store, sent, close } = await open();
    const amy = await someoneInHarbor(store);
    sent();
    await amy.says('/checkin mood:4 note:"slept well"');
    expectAtMost(13, sent());
    await amy.says('/checkin mood:3 note:"and dreamt"');
    expectAtMost(13, sent());
    await close();
  });
});

function expectAtMost(count: number, statements: readonly string[]): void {
  // Else nothing was heard, and nothing counted.
  expect(statements.filter((sql) => /^(BEGIN|COMMIT)/.test(sql))).toHaveLength(2);
  expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(count);
}

async function someoneInHarbor(store: Store): Promise<Person> {
  const world = await openWorld({ store });
  const moderator = world.person('mo', { community: 'harbor', moderator: true });
  await moderator.says('/community zone:America/New_York country:US');
  return world.person('amy', { community: 'harbor' });
}

async function onSqlite() {
  const folder = scratchFolder();
  const { store, close } = await openSqliteStorage(join(folder.path, 'handrail.db'));
  const said: string[] = [];
  const { prepare, exec } = Sqlite.prototype;
  vi.spyOn(Sqlite.prototype, 'prepare').mockImplementation(function (this: Sqlite.Database, sql: string) {
    said.push(sql);
    return prepare.call(this, sql);
  });
  vi.spyOn(Sqlite.prototype, 'exec').mockImplementation(function (this: Sqlite.Database, sql: string) {
    said.push(sql);
    return exec.call(this, sql);
  });
  return {
    store,
    sent: () => said.splice(0),
    async close() {
      await close();
      folder.remove();
    },
  };
}

async function onPostgresql() {
  const server = await startPostgres();
  const folder = scratchFolder();
  const keyFile = join(folder.path, 'key');
  writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 });
  const { store, close } = await openPostgresStorage(await server.newDatabase(), keyFile);
  const said: string[] = [];
  const { query } = pg.Client.prototype;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text: string }];
    said.push(typeof first === 'string' ? first : first.text);
    return (query as (...args: unknown[]) => unknown).apply(this, args) as never;
  });
  return {
    store,
    sent: () => said.splice(0),
    async close() {
      await close();
      await server.stop();
      folder.remove();
    },
  };
}
