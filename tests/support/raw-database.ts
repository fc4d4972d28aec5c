import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import type { Log } from '../../src/core/values/log.ts';
import type { Database } from '../../src/storage/database.ts';
import { postgresql } from '../../src/storage/dialect/postgresql.ts';
import { sqlite } from '../../src/storage/dialect/sqlite.ts';
import type { Storage } from '../../src/storage/open.ts';
import { filesIn } from './byte-search.ts';
import { startPostgres } from './postgres.js';
import { openFreshSqliteStorage, openPostgresStorage, scratchFolder } from './storage.ts';

type Value = string | Uint8Array | null;
export type Row = Readonly<Record<string, Value>>;

/** An empty database of a test's own, also as somebody sees it who reads its disk or writes to it beside the bot. */
export interface RawDatabase {
  readonly database: Database;
  /** The master key. */
  readonly secret: Uint8Array;
  /** Holds all that the bot writes, where the database is not a server's. */
  readonly folder: string;
  /** As the bot does at its start. */
  open(log?: Log): Promise<Storage>;
  rows(sql: string): Promise<readonly Row[]>;
  /** Values stand as $1, $2, … */
  run(sql: string, ...values: readonly Value[]): Promise<void>;
  /** Everything that was written to a disk; null where the server is not ours to look into. */
  files(): Promise<readonly string[] | null>;
  close(): Promise<void>;
}

export const databases = [
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgresql],
] as const;

async function onSqlite(): Promise<RawDatabase> {
  const { path: folder, remove } = scratchFolder();
  const { secret } = newKey(folder);
  const file = join(folder, 'handrail.db');
  let opened: Sqlite.Database | undefined;
  function db(): Sqlite.Database {
    if (opened !== undefined) return opened;
    opened = new Sqlite(file, { fileMustExist: true });
    // These writes need not outlive a power cut.
    opened.pragma('synchronous = OFF');
    return opened;
  }
  return {
    database: sqlite(file, false),
    secret,
    folder,
    open: (log) => openFreshSqliteStorage(file, log && { log }),
    rows: async (sql) => db().prepare<[], Row>(sql).all(),
    async run(sql, ...values) {
      const numbered = Object.fromEntries(values.map((value, i) => [i + 1, value]));
      db().prepare(sql).run(numbered);
    },
    files: async () => filesIn(folder),
    async close() {
      opened?.close();
      remove();
    },
  };
}

async function onPostgresql(): Promise<RawDatabase> {
  const { path: folder, remove } = scratchFolder();
  const { secret, keyFile } = newKey(folder);
  const server = await startPostgres({ own: true });
  const url = await server.newDatabase();
  const client = new pg.Client(url);
  await client.connect();
  await client.query('SET synchronous_commit = off');
  return {
    database: postgresql(url),
    secret,
    folder,
    open: (log) => openPostgresStorage(url, keyFile, log && { log }),
    rows: async (sql) => (await client.query<Row>(sql)).rows,
    async run(sql, ...values) {
      await client.query(sql, [...values]);
    },
    async files() {
      if (server.own === null) return null;
      await client.query('CHECKPOINT');
      return [...filesIn(folder), ...filesIn(server.own.folder)];
    },
    async close() {
      await client.end();
      await server.stop();
      remove();
    },
  };
}

/** Written beforehand, since PostgreSQL's bots make none; in SQLite's usual place in tests. */
function newKey(folder: string): { secret: Uint8Array; keyFile: string } {
  const secret = randomBytes(32);
  const keyFile = join(folder, 'handrail.key');
  writeFileSync(keyFile, secret.toString('base64'), { mode: 0o600 });
  return { secret, keyFile };
}
