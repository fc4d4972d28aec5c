import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Store, StoreWrites } from '../../src/core/conversation/store.ts';
import { startMaintenance } from '../../src/core/maintenance.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/storage.ts';

const harbor = { platform: 'memory', key: 'harbor' };
const left = Temporal.Instant.from('2026-03-01T12:00Z');

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
  const clock = { now: () => Temporal.Instant.fromEpochMilliseconds(Date.now()) };
  const stop = startMaintenance(store, clock, quietLog);
  const anHourLater = async () => {
    await vi.advanceTimersByTimeAsync(3_600_000);
    return store.communities.find(harbor);
  };
  expect(await anHourLater()).toMatchObject({ country: 'IE' });
  expect(await anHourLater()).toBeNull();
  await stop();
});

it('stops without waiting for all that a sweep has to do', async () => {
  vi.setSystemTime(left.epochMilliseconds);
  let asked: AbortSignal | undefined;
  // A sweep that goes on until it is told to stop, as one of hundreds of thousands of rows does.
  const store: Store = {
    ...memoryStore(),
    sweep: (_now, _limits, stopped) => {
      asked = stopped;
      return new Promise((resolve) => stopped?.addEventListener('abort', () => resolve()));
    },
  };
  const stop = startMaintenance(store, { now: () => left }, quietLog);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(asked?.aborted).toBe(false);
  await stop();
  expect(asked?.aborted).toBe(true);
});
