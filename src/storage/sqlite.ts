import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { Log } from '../core/ports.ts';
import { PrismaClient } from './generated/sqlite/client.ts';
import { migrate } from './migrate.ts';
import { safeSqlite } from './safe-sqlite.ts';

const migrations = fileURLToPath(new URL('../../prisma/migrations/sqlite', import.meta.url));

/**
 * How long one statement may hold the event loop while another process has the write lock. better-sqlite3 waits
 * synchronously, so anything longer would freeze `/sos` too; whoever needs longer tries again without blocking.
 */
const busyTimeoutMs = 50;

/** The database in `file`, its tables brought up to date. Throws when it cannot be opened, read or written. */
export async function openSqlite(file: string, log: Log): Promise<PrismaClient> {
  mkdirSync(dirname(file), { recursive: true });
  const base = new PrismaBetterSqlite3({ url: file, timeout: busyTimeoutMs });
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: base.provider,
    adapterName: base.adapterName,
    connect: async () => safeSqlite(await withPragmas(await base.connect())),
    connectToShadowDb: () => base.connectToShadowDb(),
  };
  await migrate(factory, migrations, log);
  const client = new PrismaClient({ adapter: factory, errorFormat: 'minimal' });
  await client.$connect();
  return client;
}

async function withPragmas(db: SqlDriverAdapter): Promise<SqlDriverAdapter> {
  // FULL: in WAL mode, NORMAL would lose the last acknowledged commits when the power goes.
  await db.executeScript('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  return db;
}
