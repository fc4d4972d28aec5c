import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Log } from '../../core/values/log.ts';
import type { Database } from '../database.ts';
import { PrismaClient } from '../generated/postgresql/client.ts';
import type { PrismaClient as SharedClient } from '../generated/sqlite/client.ts';
import { insertMeetingsPostgresql } from '../rooms/meeting-rows.ts';
import { migrate } from './migrate.ts';
import { serverClock } from './sql-clock.ts';
import { statement } from './statement.ts';

const migrations = fileURLToPath(new URL('../../../prisma/migrations/postgresql', import.meta.url));

/** An arbitrary number for our advisory lock in this database ("hand" in ASCII). */
const migrationLock = 0x68616e64;

/** Deadlines, because a server that hangs must not hang the bot. */
const connectMs = 5_000;
/** Longer than the server's own deadlines below, for a server that does not answer at all. */
const answerMs = 15_000;
const migrateMs = 60_000;
const session = `
  SELECT set_config('statement_timeout', '10s', false), set_config('lock_timeout', '10s', false),
    set_config('idle_in_transaction_session_timeout', '60s', false);
  -- What was acknowledged is on the server's disk, whatever the server's own default.
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;

/**
 * @param url postgres://user:password@host:port/database
 * @param makes see `openDatabase`
 */
export function postgresql(url: string, makes = true): Database {
  const factory = new PrismaPg(
    {
      connectionString: url,
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits for it, though its types do not say so
      onConnect(client) {
        // Adds a listener, because the pool has none while it hands a connection on, and an unhandled error event ends
        // the process. The next query on that connection reports the loss.
        client.on('error', () => {});
        return client.query(session);
      },
    },
    { onPoolError: () => {}, onConnectionError: () => {} },
  );

  return {
    name: nameOf(url),
    makesKey: false,
    keyCheck: () => readKeyCheck(factory),
    open: (log) => open(url, factory, log, makes),
    locksMembers: true,
    exclusive: false,
    clock: serverClock,
    replaced: () => null,
    insertMeetings: insertMeetingsPostgresql,
    close: () => {},
  };
}

async function readKeyCheck(factory: PrismaPg): Promise<string | null> {
  const db = await factory.connect();
  try {
    const { rows: there } = await db.queryRaw(statement(`SELECT to_regclass('"KeyCheck"')::text`));
    if (there[0]?.[0] === null) return null;
    const { rows } = await db.queryRaw(statement('SELECT "value" FROM "KeyCheck"'));
    return (rows[0]?.[0] as string | undefined) ?? null;
  } finally {
    await db.dispose();
  }
}

async function open(url: string, factory: PrismaPg, log: Log, makes: boolean): Promise<SharedClient> {
  // A pool of one connection without an idle timeout, because it holds a lock or a transaction.
  const pool = { connectionString: url, connectionTimeoutMillis: connectMs, query_timeout: migrateMs };
  const single = new PrismaPg({ ...pool, max: 1, idleTimeoutMillis: 0 });
  await oneAtATime(single, () => migrate(single, migrations, log, makes));
  const client = new PrismaClient({ adapter: factory, errorFormat: 'minimal' });
  await client.$connect();
  // Safe, because both clients are generated from one schema with the same shape, and the storage contract runs on
  // both.
  return client as unknown as SharedClient;
}

/** Takes an advisory lock, so that only one of several starting processes applies the migrations. */
async function oneAtATime<T>(single: PrismaPg, work: () => Promise<T>): Promise<T> {
  const db = await single.connect();
  try {
    await db.queryRaw(statement(`SELECT pg_advisory_lock(${migrationLock})::text`));
    return await work();
  } finally {
    await db.dispose();
  }
}

/** Returns host and database, without user and password. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
