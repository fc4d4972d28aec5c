import { cpSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import type { Storage } from '../../src/storage/open.ts';
import { type OwnServer, type Postgres, startPostgres } from '../support/postgres.js';
import { newKey, openFreshSqliteStorage, openPostgresStorage, scratchFolder } from '../support/storage.ts';

/** A new, empty database, and what can be seen of it from outside the bot. */
export interface DatabaseUnderFire {
  /** For the bot's environment. */
  readonly settings: Record<string, string>;
  /** null: it has none, or none of ours. */
  readonly server: OwnServer | null;
  open(): Promise<Storage>;
  /** A sentence for each thing that the database itself finds wrong. Leaves it as the crash left it. */
  damage(): Promise<readonly string[]>;
  /** What the query gives. Portable SQL. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function sqliteUnderFire(): Promise<DatabaseUnderFire> {
  const folder = scratchFolder();
  const file = join(folder.path, 'handrail.db');
  return {
    settings: { DATABASE_URL: `file:${file}`, HANDRAIL_MASTER_KEY_FILE: newKey(folder.path) },
    server: null,
    open: () => openFreshSqliteStorage(file),
    async damage() {
      // A look at the file itself would put it in order before the bot has to.
      const copy = scratchFolder();
      cpSync(dirname(file), copy.path, { recursive: true });
      const db = new Database(join(copy.path, basename(file)));
      const found = db.pragma('integrity_check', { simple: true }) as string;
      const foreign = db.pragma('foreign_key_check') as unknown[];
      db.close();
      copy.remove();
      return [...(found === 'ok' ? [] : [`integrity_check: ${found}`]), ...foreign.map((row) => JSON.stringify(row))];
    },
    async rows(sql) {
      const db = new Database(file, { readonly: true });
      const rows = db.prepare(sql).all() as Record<string, unknown>[];
      db.close();
      return rows;
    },
    close: async () => folder.remove(),
  };
}

/** @param shared a server that others use too, and stop */
export async function postgresqlUnderFire(shared?: Postgres): Promise<DatabaseUnderFire> {
  const folder = scratchFolder();
  const keyFile = newKey(folder.path);
  const server = shared ?? (await startPostgres({ own: true }));
  const url = await server.newDatabase();
  async function rows(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
  return {
    settings: { DATABASE_URL: url, HANDRAIL_MASTER_KEY_FILE: keyFile },
    server: server.own,
    open: () => openPostgresStorage(url, keyFile),
    async damage() {
      await rows('CREATE EXTENSION IF NOT EXISTS amcheck');
      // An index that is not as it should be is an error; `true`: every row of the table is in it.
      const trees = await rows(`SELECT bt_index_parent_check(c.oid, true, true) FROM pg_class c
        JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'i' AND a.amname = 'btree' AND n.nspname = 'public'`);
      if (trees.length === 0) return ['no index was looked at'];
      const heaps = await rows(`SELECT c.relname, found.msg FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace, verify_heapam(c.oid) found
        WHERE c.relkind = 'r' AND n.nspname = 'public'`);
      return heaps.map((row) => JSON.stringify(row));
    },
    rows,
    async close() {
      if (shared === undefined) await server.stop();
      folder.remove();
    },
  };
}
