import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Temporal } from '../../src/core/values/time.ts';
import { safeSqlite } from '../../src/storage/dialect/safe-sqlite.ts';
import { openSqlite } from '../../src/storage/dialect/sqlite.ts';
import { PrismaClient } from '../../src/storage/generated/sqlite/client.ts';
import { openSqliteStorage, quietLog, scratchFolder } from '../support/storage.ts';

const folder = scratchFolder();
const file = join(folder.path, 'handrail.db');
let client: PrismaClient;

beforeEach(async () => {
  client = await openSqlite(file, quietLog);
});
afterEach(async () => {
  await client.community.deleteMany();
  await client.$disconnect();
});

const bytes = Buffer.from('sealed');
const community = (id: string) => ({
  id,
  platform: 'test',
  lookup: id,
  key: bytes,
  wrappedKey: bytes,
  createdAt: new Date(),
});

/** A promise that the test resolves. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A transaction that rolls back, while a plain write is asked for in its middle. Gives how many rows stayed. */
async function writeBesideRollback(db: PrismaClient): Promise<number> {
  const inside = gate();
  const rollBack = gate();
  const transaction = db
    .$transaction(async (tx) => {
      await tx.community.create({ data: community('inside') });
      inside.open();
      await rollBack.opened;
      throw new Error('rolled back on purpose');
    })
    .catch(() => {});
  await inside.opened;
  const beside = db.community.create({ data: community('beside') }).then(() => 'acknowledged');
  // As it comes, the adapter acknowledges at once, inside the transaction; made safe, it waits for its turn.
  await Promise.race([beside, nextTurn().then(() => nextTurn())]);
  rollBack.open();
  await transaction;
  expect(await beside).toBe('acknowledged');
  return db.community.count();
}

describe('an acknowledged write', () => {
  it('outlives a transaction beside it that rolls back', async () => {
    expect(await writeBesideRollback(client)).toBe(1);
  });

  it('would be lost by the adapter as it comes: the reason for safe-sqlite.ts', async () => {
    const bare = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: file }) });
    expect(await writeBesideRollback(bare)).toBe(0);
    await bare.$disconnect();
  });
});

describe('a COMMIT that fails', () => {
  /** The adapter, made safe or not, with a COMMIT that finds the database busy, once. */
  function failingOnce(
    make: (adapter: Awaited<ReturnType<PrismaBetterSqlite3['connect']>>) => typeof adapter,
  ): SqlDriverAdapterFactory {
    const base = new PrismaBetterSqlite3({ url: file, timeout: 50 });
    return {
      provider: base.provider,
      adapterName: base.adapterName,
      async connect() {
        const adapter = await base.connect();
        let failed = false;
        const busyOnce = (query: { sql: string }) => {
          if (failed || !/^\s*COMMIT/i.test(query.sql)) return;
          failed = true;
          throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
        };
        const executeRaw = adapter.executeRaw.bind(adapter);
        adapter.executeRaw = async (query) => {
          busyOnce(query);
          return executeRaw(query);
        };
        const start = adapter.startTransaction.bind(adapter);
        adapter.startTransaction = async (level) => {
          const transaction = await start(level);
          const inTransaction = transaction.executeRaw.bind(transaction);
          transaction.executeRaw = async (query) => {
            busyOnce(query);
            return inTransaction(query);
          };
          return transaction;
        };
        return make(adapter);
      },
    };
  }

  it('is an error once, and the client goes on', async () => {
    const db = new PrismaClient({ adapter: failingOnce(safeSqlite) });
    const write = (id: string) => db.$transaction((tx) => tx.community.create({ data: community(id) }));
    await expect(write('busy')).rejects.toThrow();
    await write('after');
    expect((await db.community.findMany()).map(({ id }) => id)).toEqual(['after']);
    await db.$disconnect();
  });
});

describe('a write lock that another process holds', () => {
  it('is waited for without holding the event loop: here the same loop lets go of it', async () => {
    const storage = await openSqliteStorage(file, { alone: false });
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const write = storage.store.transaction((tx) =>
      tx.members.ensure({ platform: 'test', key: 'amy' }, Temporal.Now.instant()),
    );
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    other.exec('ROLLBACK');
    other.close();
    expect((await write).member.bestInARow).toBe(0);
    await storage.close();
  });
});

describe('the connection', () => {
  it('syncs every commit and keeps foreign keys', async () => {
    const [row] = await client.$queryRawUnsafe<[Record<string, unknown>]>(
      'SELECT (SELECT journal_mode FROM pragma_journal_mode) AS mode, (SELECT synchronous FROM pragma_synchronous) AS sync, (SELECT foreign_keys FROM pragma_foreign_keys) AS keys',
    );
    expect(JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).toBe(
      '{"mode":"wal","sync":2,"keys":1}',
    );
  });
});
