import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { Log } from '../../core/values/log.ts';
import { StorageUnavailable } from '../unavailable.ts';
import { openSchemaEngine } from './schema-engine.ts';
import { statement } from './statement.ts';

/**
 * Applies all migrations, or throws 'storage-unavailable' and changes nothing.
 * @param adapter each `connect` is one connection, not a pool
 * @param applies false: it only looks whether they are applied
 */
export async function migrate(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  folder: string,
  log: Log,
  applies: boolean,
): Promise<void> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const applied = await appliedMigrations(adapter);
  const unknown = applied.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new StorageUnavailable(
      `The database was made by a newer version of Handrail (it has ${unknown.join(', ')}). Install that version or a newer one; nothing was changed.`,
      'the database was made by a newer version of Handrail',
    );
  }
  // Loads the engine only if there is a migration to apply, because it is 20 MB of WASM.
  if (applied.length === names.length) return;
  if (!applies) {
    throw new StorageUnavailable(
      'The database is not yet as this version of Handrail leaves it. Start the bot of this version first; nothing was changed.',
      'the database was made by an older version of Handrail',
    );
  }
  await applyAll(adapter, folder, names, log);
}

async function appliedMigrations(factory: SqlMigrationAwareDriverAdapterFactory): Promise<string[]> {
  const db = await factory.connect();
  try {
    if (!(await hasHistory(db))) return [];
    const { rows } = await db.queryRaw(
      statement('SELECT migration_name, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL'),
    );
    const unfinished = rows.find(([, finishedAt]) => finishedAt === null);
    if (unfinished !== undefined) {
      throw new StorageUnavailable(
        `The migration ${String(unfinished[0])} stopped half way. Restore a backup, or see docs/operators.md; nothing was changed.`,
        'an upgrade of the database stopped half way',
      );
    }
    return rows.map(([name]) => String(name));
  } finally {
    await db.dispose();
  }
}

async function hasHistory(db: SqlDriverAdapter): Promise<boolean> {
  const tables =
    db.provider === 'sqlite'
      ? 'SELECT name FROM sqlite_master'
      : 'SELECT tablename FROM pg_tables WHERE schemaname = current_schema()';
  const { rows } = await db.queryRaw(statement(tables));
  return rows.some(([name]) => name === '_prisma_migrations');
}

async function applyAll(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  folder: string,
  names: readonly string[],
  log: Log,
): Promise<void> {
  const whole = allOrNothing(adapter);
  const { engine, close } = await openSchemaEngine(whole.adapter);
  try {
    const lockfile = 'migration_lock.toml';
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: folder,
        lockfile: { path: lockfile, content: await readFile(join(folder, lockfile), 'utf8') },
        shadowDbInitScript: '',
        migrationDirectories: await Promise.all(
          names.map(async (name) => ({
            path: name,
            migrationFile: {
              path: 'migration.sql',
              content: { tag: 'ok', value: await readFile(join(folder, name, 'migration.sql'), 'utf8') },
            },
          })),
        ),
      },
      filters: { externalTables: [], externalEnums: [] },
    });
    await whole.commit();
    for (const migration of appliedMigrationNames) log.info('migration applied', { migration });
  } finally {
    // Closing the connection rolls back what is not committed.
    await close();
  }
}

/** Wraps all work of the engine in one transaction, so that a crash leaves no migration half applied. */
function allOrNothing(adapter: SqlMigrationAwareDriverAdapterFactory) {
  let connection: SqlDriverAdapter | undefined;
  return {
    adapter: {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      connectToShadowDb: () => adapter.connectToShadowDb(),
      async connect() {
        connection = await adapter.connect();
        // Rebuilding tables needs foreign keys off, and SQLite cannot turn them off inside a transaction.
        const begin = adapter.provider === 'sqlite' ? ['PRAGMA foreign_keys = OFF', 'BEGIN IMMEDIATE'] : ['BEGIN'];
        try {
          for (const sql of begin) await connection.executeRaw(statement(sql));
        } catch (error) {
          await connection.dispose();
          throw error;
        }
        return connection;
      },
    },
    async commit() {
      await connection?.executeRaw(statement('COMMIT'));
    },
  };
}
