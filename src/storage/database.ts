import { HandrailError } from '../core/values/errors.ts';
import type { Log } from '../core/values/log.ts';
import type { ClockOffset, SqlClock } from './dialect/sql-clock.ts';
import type { Prisma, PrismaClient } from './generated/sqlite/client.ts';
import type { Sealer } from './sealing/sealer.ts';
import type { Sealers } from './sealing/sealers.ts';
import type { StorageUnavailable } from './unavailable.ts';

/** The target of statements: the client, or one of its transactions. */
export type Db = Prisma.TransactionClient;

/** The access that a room's store gets. */
export interface Session {
  readonly db: Db;
  readonly sealers: Sealers;
  /**
   * Whether to take a row lock on each member that is read, because nothing else keeps other transactions from changing
   * it.
   */
  readonly locks: boolean;
  /** Whether a statement can pass over rows that others have locked. Not needed where one process is alone. */
  readonly skipsLocked: boolean;
  readonly clock: SqlClock;
  /** Tells that a delivery was added, once the transaction is committed. */
  added(): void;
  /** Cache of the accounts found so far, by look-up. */
  readonly known: Map<string, KnownAccount>;
  /** @param rows a JSON list of objects, each with every column of "Meeting" */
  insertMeetings(rows: string): Promise<void>;
}

/** An account, and the sealer for its member's data. */
export interface KnownAccount {
  readonly id: string;
  readonly sealer: Sealer;
}

/** A PostgreSQL URL, or an SQLite file. */
export type DatabaseChoice =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgresql'; readonly url: string };

/**
 * Loads only the client in use, because each takes some 10 MB of memory.
 * @param alone true for a bot, which is alone on its file; false for a command that runs beside it
 * @param makes false for a command that only reads: it makes no file, no key and no tables
 * @throws HandrailError 'not-installed'
 */
export async function openDatabase(choice: DatabaseChoice, alone: boolean, makes = true): Promise<Database> {
  if (choice.kind === 'sqlite') return (await loadSqlite()).sqlite(choice.file, alone, makes);
  return (await import('./dialect/postgresql.ts')).postgresql(choice.url, makes);
}

async function loadSqlite(): Promise<typeof import('./dialect/sqlite.ts')> {
  try {
    // Imported by itself first, because Node also reports an error of a shared import as unhandled, in each module that
    // awaits it.
    await import('better-sqlite3');
    return await import('./dialect/sqlite.ts');
  } catch (error) {
    // The message of vendor/better-sqlite3 is written for the operator.
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_BETTER_SQLITE3') throw error;
    throw new HandrailError('not-installed', message, { cause: error });
  }
}

/** A database that a community may store its data in. */
export interface Database {
  /** The name for messages and the log. Never contains a password. */
  readonly name: string;
  /** Whether a first start may create the master key. Not if several machines would each create their own. */
  readonly makesKey: boolean;
  /** Returns the key check of an earlier start; null before the first. Changes no data. */
  keyCheck(log: Log): Promise<string | null>;
  /** Applies the migrations, and connects. Throws if the database cannot be opened, read or written. */
  open(log: Log): Promise<PrismaClient>;
  /**
   * Whether a transaction takes a row lock on a member that it reads. Not needed if only one transaction writes at a
   * time.
   */
  readonly locksMembers: boolean;
  /**
   * Returns why the open database must not be used any more: a later start would find a different one. null while it is
   * the same.
   */
  replaced(): StorageUnavailable | null;
  /** Whether no other process can use the same database. */
  readonly exclusive: boolean;
  /** `offset`: see `ClockOffset`. */
  clock(offset: ClockOffset): SqlClock;
  insertMeetings(db: Db, rows: string): Promise<void>;
  close(): void;
}
