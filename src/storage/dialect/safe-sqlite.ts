import { setTimeout as wait } from 'node:timers/promises';
import type { SqlDriverAdapter, SqlQueryable, Transaction } from '@prisma/driver-adapter-utils';
import { isBusy } from '../unavailable.ts';
import { statement } from './statement.ts';

/**
 * How long a transaction waits in total while another program holds the write lock, and the pause between two attempts.
 */
const busyForMs = 5_000;
const busyPauseMs = 25;

/**
 * Prisma's better-sqlite3 adapter (7.10) loses acknowledged writes: a plain query runs on the connection of any open
 * transaction, and is undone if that one rolls back; and a COMMIT that fails leaves the client unusable. Here plain
 * queries and transactions take turns, a transaction takes the write lock when it begins, and one that is still open
 * when it is released is rolled back.
 *
 * While another program holds the write lock, one transaction retries, the others queue behind it, and plain queries
 * run between two attempts, because readers such as `/sos` must not wait.
 */
export function safeSqlite(inner: SqlDriverAdapter): SqlDriverAdapter {
  const turns = new Turns();
  const writers = new Turns();
  const alone = <T>(work: () => Promise<T>): Promise<T> => turns.take().then((done) => work().finally(done));

  async function begin(giveUpAt: number): Promise<() => void> {
    for (;;) {
      const done = await turns.take();
      try {
        await inner.executeRaw(statement('BEGIN IMMEDIATE'));
        return done;
      } catch (error) {
        done();
        if (!isBusy(error) || performance.now() >= giveUpAt) throw error;
      }
      await wait(busyPauseMs);
    }
  }

  return {
    provider: inner.provider,
    adapterName: inner.adapterName,
    queryRaw: (query) => alone(() => inner.queryRaw(query)),
    executeRaw: (query) => alone(() => inner.executeRaw(query)),
    executeScript: (script) => alone(() => inner.executeScript(script)),
    dispose: () => alone(() => inner.dispose()),
    async startTransaction() {
      const giveUpAt = performance.now() + busyForMs;
      const next = await writers.take();
      try {
        const done = await begin(giveUpAt);
        return openTransaction(inner, () => {
          done();
          next();
        });
      } catch (error) {
        next();
        throw error;
      }
    },
  };
}

function openTransaction(inner: SqlQueryable, done: () => void): Transaction {
  let open = true;
  const release = async (): Promise<void> => {
    try {
      if (open) await inner.executeRaw(statement('ROLLBACK'));
    } finally {
      open = false;
      done();
    }
  };
  return {
    provider: inner.provider,
    adapterName: inner.adapterName,
    // Prisma sends COMMIT and ROLLBACK as separate statements, then calls commit() or rollback().
    options: { usePhantomQuery: false },
    queryRaw: (query) => inner.queryRaw(query),
    async executeRaw(query) {
      const count = await inner.executeRaw(query);
      if (/^\s*(COMMIT|ROLLBACK)\s*;?\s*$/i.test(query.sql)) open = false;
      return count;
    },
    commit: release,
    rollback: release,
  };
}

/** A mutex: one holder at a time, first come, first served. */
class Turns {
  #last: Promise<void> = Promise.resolve();

  take(): Promise<() => void> {
    let done = (): void => {};
    const before = this.#last;
    this.#last = new Promise((resolve) => {
      done = resolve;
    });
    return before.then(() => done);
  }
}
