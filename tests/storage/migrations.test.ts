import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { describe, expect, it } from 'vitest';
import { postgresql } from '../../src/storage/dialect/postgresql.ts';
import { openSchemaEngine } from '../../src/storage/dialect/schema-engine.ts';
import { sqlite } from '../../src/storage/dialect/sqlite.ts';
import { startPostgres } from '../support/postgres.js';
import { quietLog, scratchFolder } from '../support/storage.ts';

describe('the migrations lead to the tables of the schema', () => {
  it('on SQLite', async () => {
    const folder = scratchFolder();
    const [migrated, made] = [join(folder.path, 'migrated.db'), join(folder.path, 'made.db')];
    await (await sqlite(migrated, false).open(quietLog)).$disconnect();
    await makeTables(new PrismaBetterSqlite3({ url: made }), 'prisma/schema.prisma');
    const tables = async (url: string) => rowsOf(new PrismaBetterSqlite3({ url }), sqliteTables);
    expect(await tables(migrated)).toEqual(await tables(made));
    folder.remove();
  });

  it('on PostgreSQL', async () => {
    const server = await startPostgres();
    const [migrated, made] = [await server.newDatabase(), await server.newDatabase()];
    await (await postgresql(migrated).open(quietLog)).$disconnect();
    await makeTables(new PrismaPg({ connectionString: made }), 'prisma/postgresql.prisma');
    const tables = async (connectionString: string) => rowsOf(new PrismaPg({ connectionString }), postgresqlTables);
    expect(await tables(migrated)).toEqual(await tables(made));
    await server.stop();
  });
});

/** Without migrations: what the schema says, in a database that is empty. */
async function makeTables(adapter: SqlMigrationAwareDriverAdapterFactory, path: string): Promise<void> {
  const { engine, close } = await openSchemaEngine(adapter);
  const content = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: [{ path, content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  await close();
  const db = await adapter.connect();
  await db.executeScript(stdout ?? '');
  await db.dispose();
}

async function rowsOf(adapter: SqlMigrationAwareDriverAdapterFactory, sql: string): Promise<readonly unknown[]> {
  const db = await adapter.connect();
  const { rows } = await db.queryRaw({ sql, args: [], argTypes: [] });
  await db.dispose();
  expect(rows.length).toBeGreaterThan(50);
  return rows;
}

/** Columns, indexes and foreign keys, whatever the order in which they came. */
const sqliteTables = `
  WITH tables AS (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\')
  SELECT tables.name || '.' || c.name AS what, c.type || ' ' || c."notnull" || ' ' || c.pk || ' ' || coalesce(c.dflt_value, '') AS how
    FROM tables, pragma_table_info(tables.name) c
  UNION ALL
  SELECT tables.name || ' index ' || i.name, i."unique" || ' ' || (SELECT group_concat(x.name) FROM pragma_index_info(i.name) x)
    FROM tables, pragma_index_list(tables.name) i
  UNION ALL
  SELECT tables.name || ' to ' || f."table", f."from" || ' ' || f."to" || ' ' || f.on_delete || ' ' || f.on_update
    FROM tables, pragma_foreign_key_list(tables.name) f
  ORDER BY 1, 2`;

const postgresqlTables = `
  SELECT table_name || '.' || column_name AS what,
    data_type || ' ' || is_nullable || ' ' || coalesce(datetime_precision::text, '') || ' ' || coalesce(column_default, '') AS how
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'
  UNION ALL
  SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%'
  UNION ALL
  SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'p', 'u') AND conrelid::regclass::text NOT LIKE '%\\_prisma%'
  ORDER BY 1, 2`;
