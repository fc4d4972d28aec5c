// A whole database as SQL that fills an empty one: tables, rows, and which migrations were applied.
import { readdirSync, readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import pg from 'pg';

export function sqliteText(file) {
  const db = new Sqlite(file, { readonly: true });
  const made = db
    .prepare(
      "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY type = 'index', name",
    )
    .all();
  const tables = made.filter(({ type }) => type === 'table').map(({ name }) => name);
  const inserts = tables.flatMap((table) => {
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table).map(String);
    const values = columns.map((column) => `quote("${column}")`).join(', ');
    const rows = db.prepare(`SELECT ${values} FROM "${table}" ORDER BY 1, 2`).raw().all();
    return insertsOf(table, columns, rows);
  });
  db.close();
  return text(['PRAGMA foreign_keys = OFF', 'BEGIN', ...made.map(({ sql }) => sql), ...inserts, 'COMMIT']);
}

/** PostgreSQL says how a table was made only through its own pg_dump, so its tables are those of the migrations. */
export async function postgresqlText(url) {
  const db = new pg.Client(url);
  await db.connect();
  const rowsOf = async (sql, values) => (await db.query({ text: sql, values, rowMode: 'array' })).rows;
  const inserts = [];
  for (const table of await parentsFirst(rowsOf)) {
    const columns = (await rowsOf(columnsOf, [table])).flat();
    const values = columns.map((column) => `quote_nullable("${column}"::text)`).join(', ');
    inserts.push(...insertsOf(table, columns, await rowsOf(`SELECT ${values} FROM "${table}" ORDER BY 1, 2`)));
  }
  await db.end();
  const folder = 'prisma/migrations/postgresql';
  const migrations = readdirSync(folder).filter((name) => /^\d/.test(name));
  const made = migrations.toSorted().map((name) => readFileSync(`${folder}/${name}/migration.sql`, 'utf8').trimEnd());
  return [...made, '', text([prismaMigrations, ...inserts])].join('\n');
}

const columnsOf = `SELECT column_name FROM information_schema.columns
  WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position`;

// As Prisma's engine makes it.
const prismaMigrations = `CREATE TABLE "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** A row goes in after those that it names. */
async function parentsFirst(rowsOf) {
  const names = await rowsOf("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  const keys = await rowsOf(
    "SELECT c.relname, p.relname FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid JOIN pg_class p ON p.oid = confrelid WHERE k.contype = 'f'",
  );
  const left = new Set(names.flat());
  const ordered = [];
  while (left.size > 0) {
    const next = [...left].find((table) => !keys.some(([child, parent]) => child === table && left.has(parent)));
    if (next === undefined) throw new Error(`Tables that name each other: ${[...left].join(', ')}`);
    left.delete(next);
    ordered.push(next);
  }
  return ordered;
}

function insertsOf(table, columns, rows) {
  const into = columns.map((column) => `"${column}"`).join(', ');
  return rows.map((values) => {
    const given = values.map((value) => value ?? 'NULL').join(', ');
    return `INSERT INTO "${table}" (${into}) VALUES (${given})`;
  });
}

function text(statements) {
  return statements.map((statement) => `${statement};\n`).join('');
}
