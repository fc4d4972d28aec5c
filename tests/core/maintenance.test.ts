import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Store, StoreWrites } from '../../src/core/conversation/store.ts';
import { startJobs } from '../../src/core/jobs/jobs.ts';
import { maintenance } from '../../src/core/maintenance.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/storage.ts';

const harbor = { platform: 'memory', key: 'harbor' };
const left = Temporal.Instant.from('2026-03-01T12:00Z');

const clock = { now: () => Temporal.Instant.fromEpochMilliseconds(Date.now()) };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('keeps what a community set for 30 days after the bot left it, and no longer', async () => {
  // The last hours alone: whatever another test file left running would tick through 30 days of timers too.
  vi.setSystemTime(left.add({ hours: 30 * 24 - 1 }).epochMilliseconds);
  const store = memoryStore();
  const write = (work: (tx: StoreWrites) => Promise<unknown>) => store.transaction(work);
  await write((tx) => tx.communities.change(harbor, { country: 'IE' }, left));
  await write((tx) => tx.communities.leave(harbor, left));
  const stop = startJobs([maintenance(store, clock)], { store, clock, log: quietLog });
  const anHourLater = async () => {
    await vi.advanceTimersByTimeAsync(3_600_000);
    // A sweep gives way to others after each batch.
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    return store.communities.find(harbor);
  };
  expect(await anHourLater()).toMatchObject({ country: 'IE' });
  expect(await anHourLater()).toBeNull();
  await stop();
});

it('stops without waiting for all that a sweep has to do', async () => {
  vi.setSystemTime(left.epochMilliseconds);
  let batches = 0;
  // There is always more to remove, as of hundreds of thousands of rows.
  const store: Store = {
    ...memoryStore(),
    transaction: async <T>() => {
      batches += 1;
      return 500 as T;
    },
  };
  const stop = startJobs([maintenance(store, clock)], { store, clock, log: quietLog });
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(batches).toBeGreaterThan(0);
  await stop();
  const before = batches;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(batches).toBe(before);
});
