import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import Sqlite from 'better-sqlite3';
import type { Log } from '../core/ports.ts';
import type { Database } from './database.ts';
import { PrismaClient } from './generated/sqlite/client.ts';
import { lockForOneBot } from './lock.ts';
import { insertMeetingsSqlite } from './meeting-rows.ts';
import { migrate } from './migrate.ts';
import { safeSqlite } from './safe-sqlite.ts';

const migrations = fileURLToPath(new URL('../../prisma/migrations/sqlite', import.meta.url));

/**
 * How long one statement may hold the event loop while another process has the write lock. better-sqlite3 waits
 * synchronously, so anything longer would freeze `/sos` too; whoever needs longer tries again without blocking.
 */
const busyTimeoutMs = 10;

/** @param alone a bot is alone on its file; a command that runs beside the bot is not */
export function sqlite(file: string, alone: boolean): Database {
  let unlock: (() => void) | null = null;
  return {
    name: file,
    makesKey: true,
    keyCheck: async () => readKeyCheck(file),
    async open(log) {
      if (alone) unlock ??= lockForOneBot(file);
      return openSqlite(file, log);
    },
    // A transaction has the write lock of the whole file from its beginning.
    lockMemberOf: async () => {},
    insertMeetings: insertMeetingsSqlite,
    close() {
      unlock?.();
      unlock = null;
    },
  };
}

function readKeyCheck(file: string): string | null {
  if (!existsSync(file)) return null;
  // Not read-only: what a crash left half done is undone by whoever opens the file next, and that must be possible here.
  const db = new Sqlite(file, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'KeyCheck'").get() === undefined) return null;
    return (db.prepare('SELECT value FROM KeyCheck').pluck().get() as string | undefined) ?? null;
  } finally {
    db.close();
  }
}

export async function openSqlite(file: string, log: Log): Promise<PrismaClient> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
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
