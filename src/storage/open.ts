import type { Store, StoreWrites } from '../core/conversation/store.ts';
import { HandrailError } from '../core/values/errors.ts';
import type { Log } from '../core/values/log.ts';
import type { Database, Db, Session } from './database.ts';
import type { ClockOffset, SqlClock } from './dialect/sql-clock.ts';
import type { PrismaClient } from './generated/sqlite/client.ts';
import { storesBy } from './rooms.ts';
import { checkAgain, unlockWithKey } from './sealing/key-check.ts';
import type { Sealers } from './sealing/sealers.ts';
import { asUnavailable, retryOnConflict, StorageUnavailable } from './unavailable.ts';

export interface Storage {
  readonly store: Store;
  /** Returns why the database cannot be used now, in a plain sentence; null while it can. */
  trouble(): string | null;
  /** Returns the reason for network clients: no path, host, user or migration. */
  publicReason(): string | null;
  /** Whether no other process can use the same database. */
  readonly exclusive: boolean;
  close(): Promise<void>;
}

export interface StorageOptions {
  readonly database: Database;
  /** The possible places of the master key. A first start creates it in the first writable one. */
  readonly keyFiles: readonly string[];
  readonly log: Log;
  /** Tells the operator once where the master key was created. */
  readonly onKeyMade: (path: string) => void;
  /** The pause before the next attempt while the database cannot be used. */
  readonly retryAfterMs?: number;
  /** How often the file at the database's path is compared with the open one. */
  readonly compareFileEveryMs?: number;
  /** Moves the clock of the outbox. */
  readonly clockOffset?: ClockOffset;
}

/**
 * Opens the database. Until it can be opened, each call throws 'storage-unavailable', and the storage retries by
 * itself. Throws only 'already-running'.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { database, keyFiles, log, onKeyMade, retryAfterMs = 5_000, compareFileEveryMs = 60_000 } = options;
  const clock = database.clock(options.clockOffset ?? { ms: 0 });
  const listeners: (() => void)[] = [];
  let opened: { client: PrismaClient; sealers: Sealers } | null = null;
  let trouble: StorageUnavailable | null = null;
  /** Whether the file at the path is no longer the open one. */
  let replaced = false;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  const use = (): Use => {
    if (opened === null || replaced) {
      const closedNow = () => new StorageUnavailable(`The database ${database.name} is closed.`, 'the bot is stopping');
      throw trouble ?? closedNow();
    }
    return { ...opened, database, clock, onDelivery: () => listeners.forEach((listener) => listener()) };
  };

  async function open(): Promise<void> {
    const { sealers, claim } = await unlockWithKey(database, keyFiles, log, onKeyMade);
    const client = await database.open(log);
    try {
      await retryOnConflict(() => claim(client));
    } catch (error) {
      await client.$disconnect();
      throw error;
    }
    if (closed) await client.$disconnect();
    else opened = { client, sealers };
  }

  /** Opens the database, or writes to it if it is open, and retries until that succeeds. */
  async function tryToUse(): Promise<void> {
    try {
      if (isReplaced()) return;
      if (opened !== null && !(await inTransaction(use, (_, { db, sealers }) => checkAgain(db, sealers)))) {
        await opened.client.$disconnect();
        opened = null;
      }
      if (opened === null) await open();
      // The file may have been replaced during the write.
      if (!replaced) usable();
    } catch (error) {
      const known = asUnavailable(error, database.name);
      if (known instanceof HandrailError && known.code === 'already-running') throw known;
      if (known instanceof StorageUnavailable) return unusable(known);
      // Does not rethrow, because help must still be answered.
      log.error('opening the database failed', { error });
      const sentence = `The database ${database.name} cannot be opened; the log says more.`;
      unusable(new StorageUnavailable(sentence, 'the database cannot be opened'));
    }
  }

  /** Blocks reads and writes while the file is replaced, because a later start would not find them. */
  function isReplaced(): boolean {
    const found = opened === null ? null : database.replaced();
    replaced = found !== null;
    if (found !== null) unusable(found);
    return replaced;
  }

  function usable(): void {
    if (trouble !== null) log.info('database can be used', { path: database.name });
    trouble = null;
  }

  function unusable(reason: StorageUnavailable): void {
    if (trouble?.message !== reason.message) log.error('database cannot be used', { reason: reason.message });
    trouble = reason;
    tryLater();
  }

  function tryLater(): void {
    if (closed || again !== undefined) return;
    again = setTimeout(() => {
      again = undefined;
      tryToUse().catch((error: unknown) => {
        log.error('opening the database failed', { error });
        tryLater();
      });
    }, retryAfterMs);
    again.unref();
  }

  /** Translates a database error, and stores it for `trouble` until a write succeeds. */
  async function watch<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const known = asUnavailable(error, database.name);
      if (opened !== null && known instanceof StorageUnavailable) unusable(known);
      throw known;
    }
  }

  await tryToUse();
  const comparing = setInterval(isReplaced, compareFileEveryMs).unref();
  return {
    store: storeOver(use, watch, (listener) => listeners.push(listener)),
    trouble: () => trouble?.message ?? null,
    publicReason: () => trouble?.publicReason ?? null,
    exclusive: database.exclusive,
    async close() {
      closed = true;
      clearTimeout(again);
      clearInterval(comparing);
      // Logs a replaced file. SQLite itself leaves the new file and its companions alone.
      isReplaced();
      await opened?.client.$disconnect();
      opened = null;
      database.close();
    },
  };
}

interface Use {
  readonly client: PrismaClient;
  readonly sealers: Sealers;
  readonly database: Database;
  readonly clock: SqlClock;
  readonly onDelivery: () => void;
}
type Watch = <T>(call: () => Promise<T>) => Promise<T>;

function storeOver(use: () => Use, watch: Watch, onDelivery: Store['onDelivery']): Store {
  const stores = storesBy((store) =>
    guarded(() => {
      const used = use();
      return store(sessionOver(used, used.client, false, used.onDelivery));
    }, watch),
  );
  return { ...stores, transaction: (work) => watch(() => inTransaction(use, work)), onDelivery };
}

/** Sends each call to the open database, or throws 'storage-unavailable' if it cannot be used. */
function guarded<S extends object>(store: () => S, watch: Watch): S {
  const method = (name: string | symbol) => Reflect.get(store(), name) as (...args: unknown[]) => unknown;
  const call =
    (name: string | symbol) =>
    (...args: unknown[]): Promise<unknown> =>
      watch(async () => method(name)(...args));
  async function* exportOf(...args: unknown[]): AsyncIterable<unknown> {
    const rows = (await watch(async () => method('exportOf')(...args))) as AsyncIterable<unknown>;
    const each = rows[Symbol.asyncIterator]();
    for (let next = await watch(() => each.next()); next.done !== true; next = await watch(() => each.next())) {
      yield next.value;
    }
  }
  return new Proxy({} as S, { get: (_, name) => (name === 'exportOf' ? exportOf : call(name)) });
}

function sessionOver({ sealers, database, clock }: Use, db: Db, locks: boolean, added: () => void): Session {
  const skipsLocked = database.locksMembers;
  const insertMeetings = (rows: string) => database.insertMeetings(db, rows);
  return { db, sealers, locks, skipsLocked, clock, added, known: new Map(), insertMeetings };
}

async function inTransaction<T>(use: () => Use, work: (tx: StoreWrites, session: Session) => Promise<T>): Promise<T> {
  let added = false;
  const result = await retryOnConflict(() => {
    const used = use();
    return used.client.$transaction(
      (db) => {
        const session = sessionOver(used, db, used.database.locksMembers, () => {
          added = true;
        });
        return work(
          storesBy((store) => store(session)),
          session,
        );
      },
      { maxWait: 30_000, timeout: 30_000 },
    );
  });
  if (added) use().onDelivery();
  return result;
}
