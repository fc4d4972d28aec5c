import { setTimeout as wait } from 'node:timers/promises';
import { HandrailError } from '../core/errors.ts';
import type { Log, Store, StoreWrites } from '../core/ports.ts';
import { checkIns } from './checkins.ts';
import { communities } from './communities.ts';
import { coping } from './coping.ts';
import { drafts } from './drafts.ts';
import type { Prisma, PrismaClient } from './generated/sqlite/client.ts';
import { handledRequests } from './handled.ts';
import { lockForOneBot } from './lock.ts';
import { meetings } from './meetings.ts';
import { members } from './members.ts';
import { openSqlite } from './sqlite.ts';
import { asUnavailable, isBusy, isConflict } from './unavailable.ts';

/** What a room is written against: the client, or one transaction of it. */
export type Db = Prisma.TransactionClient;

export interface Storage {
  readonly store: Store;
  /** Why the database cannot be used now, in a plain sentence; null while it can. */
  trouble(): string | null;
  close(): Promise<void>;
}

export interface StorageOptions {
  /** SQLite's file. */
  readonly file: string;
  readonly log: Log;
  /** A bot is alone on its file; a command that runs beside the bot is not. */
  readonly alone: boolean;
  /** How long to wait before the next try to open, while it cannot be opened. */
  readonly reopenAfterMs?: number;
}

const busyForMs = 5_000;
const conflictTries = 5;

/**
 * Opens the database, or stands in for it until it can be opened: then each call throws 'storage-unavailable', and the
 * next try comes by itself. Throws only 'already-running'.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { file, log, alone, reopenAfterMs = 5_000 } = options;
  let client: PrismaClient | null = null;
  let unlock: (() => void) | null = null;
  let trouble: string | null = null;
  let again: NodeJS.Timeout | undefined;

  async function open(): Promise<void> {
    try {
      if (alone) unlock ??= lockForOneBot(file);
      client = await openSqlite(file, log);
      if (trouble !== null) log.info('database opened', { path: file });
      trouble = null;
    } catch (error) {
      const known = asUnavailable(error, file);
      if (!(known instanceof HandrailError) || known.trouble === 'already-running') throw known;
      if (trouble !== known.message) log.error('database cannot be used', { reason: known.message });
      trouble = known.message;
      again = setTimeout(() => void open().catch((reason) => log.error('database', { error: reason })), reopenAfterMs);
      again.unref();
    }
  }
  await open();

  function opened(): PrismaClient {
    if (client === null) throw new HandrailError('storage-unavailable', trouble ?? `The database ${file} is closed.`);
    return client;
  }

  /** Turns what the database says into what it means, and keeps it for `trouble` until the next call succeeds. */
  async function watch<T>(call: () => Promise<T>): Promise<T> {
    try {
      const result = await call();
      if (client !== null) trouble = null;
      return result;
    } catch (error) {
      const known = asUnavailable(error, file);
      if (known instanceof HandrailError && known.trouble === 'storage-unavailable') trouble = known.message;
      throw known;
    }
  }

  return {
    store: storeOver(opened, watch),
    trouble: () => trouble,
    async close() {
      clearTimeout(again);
      await client?.$disconnect();
      client = null;
      unlock?.();
    },
  };
}

type Watch = <T>(call: () => Promise<T>) => Promise<T>;

function storeOver(opened: () => PrismaClient, watch: Watch): Store {
  const room = <R extends object>(make: (db: Db) => R): R => guarded(() => make(opened()), watch);
  const transaction: Store['transaction'] = (work) => watch(() => inTransaction(opened, work));
  return {
    members: room(members),
    communities: room(communities),
    checkIns: room(checkIns),
    coping: room(coping),
    meetings: room(meetings),
    drafts: room(drafts),
    handled: room(handledRequests),
    transaction,
    sweep: (now, handledBefore) =>
      watch(() =>
        inTransaction(opened, async ({ drafts, handled }) => {
          await drafts.removeExpired(now);
          await handled.forgetBefore(handledBefore);
        }),
      ),
  };
}

/** Each call goes to the database that is open now, and says 'storage-unavailable' when it cannot be used. */
function guarded<R extends object>(room: () => R, watch: Watch): R {
  const call =
    (name: string | symbol) =>
    (...args: unknown[]): Promise<unknown> =>
      watch(async () => {
        const method = Reflect.get(room(), name) as (...args: unknown[]) => unknown;
        return method(...args);
      });
  return new Proxy({} as R, { get: (_, name) => call(name) });
}

function roomsIn(db: Db) {
  return {
    members: members(db),
    communities: communities(db),
    checkIns: checkIns(db),
    coping: coping(db),
    meetings: meetings(db),
    drafts: drafts(db),
    handled: handledRequests(db),
  } satisfies StoreWrites;
}

/** Tries again, without holding the event loop, while another process has the write lock or made the same row first. */
async function inTransaction<T>(
  opened: () => PrismaClient,
  work: (tx: ReturnType<typeof roomsIn>) => Promise<T>,
): Promise<T> {
  const giveUpAt = performance.now() + busyForMs;
  for (let conflicts = 0, pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    try {
      return await opened().$transaction((db) => work(roomsIn(db)), { maxWait: 30_000, timeout: 30_000 });
    } catch (error) {
      const again = isBusy(error) ? performance.now() < giveUpAt : isConflict(error) && ++conflicts < conflictTries;
      if (!again) throw error;
      await wait(pauseMs);
    }
  }
}
