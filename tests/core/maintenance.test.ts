import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Store, StoreWrites } from '../../src/core/conversation/store.ts';
import { JobRunner } from '../../src/core/jobs/jobs.ts';
import { maintenance } from '../../src/core/maintenance.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/storage.ts';

const harbor = { platform: 'memory', key: 'harbor' };
const left = Temporal.Instant.from('2026-03-01T12:00Z');

let now = left;
const clock = { now: () => now };

it('keeps what a community set for 30 days after the bot left it, and no longer', async () => {
  now = left.add({ hours: 30 * 24 - 1 });
  const store = memoryStore();
  const write = (work: (tx: StoreWrites) => Promise<unknown>) => store.transaction(work);
  await write((tx) => tx.communities.change(harbor, { country: 'IE' }, left));
  await write((tx) => tx.communities.leave(harbor, left));
  const runner = new JobRunner([maintenance(store, clock)], { store, clock, log: quietLog });
  const anHourLater = async () => {
    now = now.add({ hours: 1 });
    runner.beat();
    await runner.finished();
    return store.communities.find(harbor);
  };
  expect(await anHourLater()).toMatchObject({ country: 'IE' });
  expect(await anHourLater()).toBeNull();
});

it('stops without waiting for all that a sweep has to do', async () => {
  now = left;
  let batches = 0;
  // There is always more to remove, as of hundreds of thousands of rows.
  const store: Store = {
    ...memoryStore(),
    transaction: async <T>() => {
      batches += 1;
      return 500 as T;
    },
  };
  const runner = new JobRunner([maintenance(store, clock)], { store, clock, log: quietLog });
  now = now.add({ hours: 1 });
  runner.beat();
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  expect(batches).toBeGreaterThan(0);
  await runner.stop();
  const before = batches;
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  expect(batches).toBe(before);
});
