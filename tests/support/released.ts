import { chmodSync, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import type { Storage } from '../../src/storage/open.ts';
import { startPostgres } from './postgres.js';
import type { Names } from './read-back.js';
import { openFreshSqliteStorage, openPostgresStorage, scratchFolder } from './storage.ts';

const folder = fileURLToPath(new URL('../released', import.meta.url));

/** Each has a folder in tests/released/, which says how it is made. */
export const releases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What was told to a release, as that release gave it back. */
export interface Said {
  /** An instant. */
  readonly toldUntil: string;
  readonly names: Names;
  readonly readAs: { readonly answers: readonly string[] };
}

export function saidTo(release: string): Said {
  return JSON.parse(readFileSync(join(folder, release, 'said.json'), 'utf8')) as Said;
}

export type Row = Readonly<Record<string, unknown>>;

/** A database as a release left it behind. */
export interface ReleasedDatabase {
  rows(sql: string): Promise<readonly Row[]>;
  /** As today's bot does at its start. */
  open(): Promise<Storage>;
  close(): Promise<void>;
}

export interface Shelf {
  /** The name of its dumps, and of its migrations. */
  readonly provider: 'sqlite' | 'postgresql';
  load(release: string): Promise<ReleasedDatabase>;
  close(): Promise<void>;
}

export const shelves = [
  ['SQLite', async (): Promise<Shelf> => ({ provider: 'sqlite', load: loadSqlite, close: async () => {} })],
  ['PostgreSQL', postgresqlShelf],
] as const;

async function loadSqlite(release: string): Promise<ReleasedDatabase> {
  const { path, remove } = scratchFolder();
  putKey(release, path);
  const file = join(path, 'handrail.db');
  const db = new Sqlite(file);
  // Nothing of a test need outlive a power cut.
  db.pragma('synchronous = OFF');
  db.exec(readFileSync(join(folder, release, 'sqlite.sql'), 'utf8'));
  db.close();
  return {
    async rows(sql) {
      const reader = new Sqlite(file, { fileMustExist: true });
      const rows = reader.prepare<[], Row>(sql).all();
      reader.close();
      return rows;
    },
    open: () => openFreshSqliteStorage(file),
    close: async () => remove(),
  };
}

async function postgresqlShelf(): Promise<Shelf> {
  const server = await startPostgres();
  return {
    provider: 'postgresql',
    async load(release) {
      const { path, remove } = scratchFolder();
      const keyFile = putKey(release, path);
      const url = await server.newDatabase();
      const client = new pg.Client(url);
      await client.connect();
      await client.query(readFileSync(join(folder, release, 'postgresql.sql'), 'utf8'));
      return {
        rows: async (sql) => (await client.query<Row>(sql)).rows,
        open: () => openPostgresStorage(url, keyFile),
        async close() {
          await client.end();
          remove();
        },
      };
    },
    close: () => server.stop(),
  };
}

/** Where tests have a master key, and readable by its owner only. */
function putKey(release: string, into: string): string {
  const keyFile = join(into, 'handrail.key');
  copyFileSync(join(folder, release, 'key-of-the-test.txt'), keyFile);
  chmodSync(keyFile, 0o600);
  return keyFile;
}
