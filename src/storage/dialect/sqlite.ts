import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import Sqlite from 'better-sqlite3';
import type { Log } from '../../core/values/log.ts';
import type { Database } from '../database.ts';
import { PrismaClient } from '../generated/sqlite/client.ts';
import { closeToOthers, isOpenToOthers, makePrivateFile } from '../private-files.ts';
import { insertMeetingsSqlite } from '../rooms/meeting-rows.ts';
import { StorageUnavailable } from '../unavailable.ts';
import {
  type FileIdentity,
  identityOf,
  isSameFile,
  noteFiles,
  realFile,
  refuseForeignWal,
  replacedSince,
} from './file-identity.ts';
import { lockForOneBot } from './lock.ts';
import { migrate } from './migrate.ts';
import { safeSqlite } from './safe-sqlite.ts';
import { processClock } from './sql-clock.ts';

const migrations = fileURLToPath(new URL('../../../prisma/migrations/sqlite', import.meta.url));

/**
 * How long one statement may hold the event loop while another process has the write lock. better-sqlite3 waits
 * synchronously, so a longer wait would block `/sos` too; longer waits retry without blocking.
 */
const busyTimeoutMs = 10;

/**
 * @param alone true for a bot, which is alone on its file; false for a command that runs beside it
 * @param makes see `openDatabase`
 */
export function sqlite(file: string, alone: boolean, makes = true): Database {
  let unlock: (() => void) | null = null;
  let opened: FileIdentity | null = null;
  let warnedOfFolder = false;

  function warnOfFolder(log: Log): void {
    const path = dirname(file);
    if (warnedOfFolder || !isOpenToOthers(path)) return;
    warnedOfFolder = true;
    const reason = 'let only the user of the bot look into it: chmod 700';
    log.warn('other users of this machine may look into the data folder', { path, reason });
  }

  return {
    name: file,
    makesKey: makes,
    async keyCheck(log) {
      if (!makes && !existsSync(file)) throw notThere(file);
      refuseForeignWal(file);
      closeToOthers(filesOf(file), log);
      return readKeyCheck(file);
    },
    async open(log) {
      if (alone) unlock ??= lockForOneBot(file);
      const { client, identity } = await openNoted(file, log, makes);
      opened = identity;
      warnOfFolder(log);
      return client;
    },
    // No row lock is needed, because a transaction holds the file's write lock from its start.
    locksMembers: false,
    exclusive: alone,
    clock: processClock,
    replaced: () => (opened === null ? null : replacedSince(file, opened)),
    insertMeetings: insertMeetingsSqlite,
    close() {
      opened = null;
      unlock?.();
      unlock = null;
    },
  };
}

/** Returns the database and all files that the bot or SQLite creates beside it. */
function filesOf(file: string): readonly string[] {
  const real = realFile(file);
  const parts = ['', '-wal', '-shm', '-journal', '.inode'].map((ending) => `${real}${ending}`);
  return [...parts, `${file}.lock`, `${file}.lock-journal`];
}

function readKeyCheck(file: string): string | null {
  if (!existsSync(file)) return null;
  // Not read-only, because whoever opens the file first must be able to recover it after a crash.
  const db = new Sqlite(file, { fileMustExist: true, timeout: busyTimeoutMs });
  try {
    if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'KeyCheck'").get() === undefined) return null;
    return (db.prepare('SELECT value FROM KeyCheck').pluck().get() as string | undefined) ?? null;
  } finally {
    db.close();
  }
}

function notThere(file: string): StorageUnavailable {
  return new StorageUnavailable(
    `There is no database ${file} yet. Start the bot first, or set HANDRAIL_DATA_DIR or DATABASE_URL as the bot has it.`,
    'the database is not there',
  );
}

/** Opens the file and records its identity. */
async function openNoted(
  file: string,
  log: Log,
  makes: boolean,
): Promise<{ client: PrismaClient; identity: FileIdentity }> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // SQLite gives its other files the mode of this one.
  makePrivateFile(file);
  refuseForeignWal(file);
  const identity = identityOf(file);
  // Records the files before opening, so that a crash meanwhile leaves a note too, and again when the -wal exists.
  noteFiles(file, log);
  const client = await openSqlite(file, log, makes);
  if (identity !== null && isSameFile(identity, identityOf(file))) {
    noteFiles(file, log);
    return { client, identity };
  }
  await client.$disconnect();
  throw new StorageUnavailable(
    `${file} was replaced while the bot was opening it.`,
    'the database cannot be used (its file was replaced or moved)',
  );
}

export async function openSqlite(file: string, log: Log, makes = true): Promise<PrismaClient> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const base = new PrismaBetterSqlite3({ url: file, timeout: busyTimeoutMs });
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: base.provider,
    adapterName: base.adapterName,
    connect: async () => safeSqlite(await withPragmas(await base.connect())),
    connectToShadowDb: () => base.connectToShadowDb(),
  };
  await migrate(factory, migrations, log, makes);
  const client = new PrismaClient({ adapter: factory, errorFormat: 'minimal' });
  await client.$connect();
  return client;
}

async function withPragmas(db: SqlDriverAdapter): Promise<SqlDriverAdapter> {
  // FULL, because in WAL mode, NORMAL would lose the last acknowledged commits in a power failure.
  await db.executeScript('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  return db;
}
