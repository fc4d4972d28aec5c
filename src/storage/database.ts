import { HandrailError } from '../core/values/errors.ts';
import type { Log } from '../core/values/log.ts';
import type { Prisma, PrismaClient } from './generated/sqlite/client.ts';
import type { Sealer } from './sealing/sealer.ts';
import type { Sealers } from './sealing/sealers.ts';
import type { StorageUnavailable } from './unavailable.ts';

/** What statements go to: the client, or one transaction of it. */
export type Db = Prisma.TransactionClient;

/** What a room works with. */
export interface Session {
  readonly db: Db;
  readonly sealers: Sealers;
  /** In a transaction where nothing else keeps others from changing a member that is read: their row is locked. */
  readonly locks: boolean;
  /** By look-up: the accounts that were found so far. */
  readonly known: Map<string, KnownAccount>;
  /** @param rows a JSON list of objects, each with every column of "Meeting" */
  insertMeetings(rows: string): Promise<void>;
}

/** An account, and what seals what is its member's. */
export interface KnownAccount {
  readonly id: string;
  readonly sealer: Sealer;
}

/** A PostgreSQL's address, or the file of an SQLite. */
export type DatabaseChoice =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgresql'; readonly url: string };

/**
 * Only the client that is used is loaded: each takes some 10 MB of memory.
 * @param alone a bot is alone on its file; a command that runs beside the bot is not
 * @throws HandrailError 'not-installed'
 */
export async function openDatabase(choice: DatabaseChoice, alone: boolean): Promise<Database> {
  if (choice.kind === 'sqlite') return (await loadSqlite()).sqlite(choice.file, alone);
  return (await import('./dialect/postgresql.ts')).postgresql(choice.url);
}

async function loadSqlite(): Promise<typeof import('./dialect/sqlite.ts')> {
  try {
    // By itself first, because Node also reports an error of a shared import as unhandled, in each module that awaits it.
    await import('better-sqlite3');
    return await import('./dialect/sqlite.ts');
  } catch (error) {
    // The message of vendor/better-sqlite3 is written for the operator.
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_BETTER_SQLITE3') throw error;
    throw new HandrailError('not-installed', message, { cause: error });
  }
}

/** One of the databases that a community may keep its data in. */
export interface Database {
  /** For sentences and the log. Never a password. */
  readonly name: string;
  /** May a first start make the master key? Not where several machines would each make their own. */
  readonly makesKey: boolean;
  /** What the key check of an earlier start says; null before the first. Changes no data. */
  keyCheck(log: Log): Promise<string | null>;
  /** Brings the tables up to date, and connects. Throws when it cannot be opened, read or written. */
  open(log: Log): Promise<PrismaClient>;
  /** Does a transaction lock the row of a member that it reads? Not where one transaction at a time writes. */
  readonly locksMembers: boolean;
  /** Why what is open must not be used any more: it is another database that a later start would find. */
  replaced(): StorageUnavailable | null;
  insertMeetings(db: Db, rows: string): Promise<void>;
  close(): void;
}
