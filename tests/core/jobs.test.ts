import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Job, startJobs } from '../../src/core/jobs/jobs.ts';
import type { JobRun } from '../../src/core/jobs/store.ts';
import { HandrailError } from '../../src/core/values/errors.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/storage.ts';

const zone = process.env['TZ'];
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

/** What the databases promise of jobs is in their contract; here it is kept in a map. */
function aStore() {
  const runs = new Map<string, Temporal.Instant>();
  const ended: Pick<JobRun, 'name' | 'lastError'>[] = [];
  const store = {
    ...memoryStore(),
    jobs: {
      ...memoryStore().jobs,
      async claim(name: string, plannedFor: Temporal.Instant) {
        const last = runs.get(name);
        if (last !== undefined && Temporal.Instant.compare(last, plannedFor) >= 0) return false;
        runs.set(name, plannedFor);
        return true;
      },
      async ended(name: string, lastError: string | null) {
        ended.push({ name, lastError });
      },
    },
  };
  return { store, ended };
}

function hourly(run: Job['run']): Job {
  return { name: 'sweep', atMinute: 17, run };
}

const clock = { now: () => Temporal.Instant.fromEpochMilliseconds(Date.now()) };
const at = (iso: string) => vi.setSystemTime(Temporal.Instant.from(iso).epochMilliseconds);
const hours = (count: number) => vi.advanceTimersByTimeAsync(count * 3_600_000);

describe('a job', () => {
  it('runs once for each planned instant, however many processes there are', async () => {
    at('2026-03-01T12:00Z');
    const { store } = aStore();
    let runs = 0;
    const job = hourly(async () => void (runs += 1));
    const stops = [1, 2, 3].map(() => startJobs([job], { store, clock, log: quietLog }));
    await hours(3);
    expect(runs).toBe(3);
    for (const stop of stops) await stop();
  });

  it.each([
    'America/New_York',
    'Europe/Berlin',
    'Australia/Lord_Howe',
  ])('runs each hour of the night in which clocks change, on a machine in %s', async (name) => {
    process.env['TZ'] = name;
    const nights = [
      '2026-03-08T05:00Z',
      '2026-11-01T04:00Z',
      '2026-03-28T23:00Z',
      '2026-10-24T23:00Z',
      '2026-04-04T13:00Z',
    ];
    for (const night of nights) {
      at(night);
      const { store } = aStore();
      let runs = 0;
      const stop = startJobs([hourly(async () => void (runs += 1))], { store, clock, log: quietLog });
      await hours(5);
      expect(runs, night).toBe(5);
      await stop();
    }
  });

  it('that fails is loud, says with what class and code, and runs again', async () => {
    at('2026-03-01T12:00Z');
    const { store, ended } = aStore();
    const lines: string[] = [];
    const log = { ...quietLog, error: (event: string) => void lines.push(event) };
    const failures = [
      Object.assign(new Error('what amy said'), { code: 'ENOSPC' }),
      new HandrailError('storage-unavailable', 'away'),
    ];
    const stop = startJobs(
      [
        hourly(async () => {
          const failure = failures.shift();
          if (failure !== undefined) throw failure;
        }),
      ],
      { store, clock, log },
    );
    await hours(3);
    expect(ended.map(({ lastError }) => lastError)).toEqual([
      'Error ENOSPC',
      'HandrailError storage-unavailable',
      null,
    ]);
    expect(lines).toEqual(['a job failed']);
    await stop();
  });

  it('is left out while the database cannot be asked whose turn it is', async () => {
    at('2026-03-01T12:00Z');
    const { store } = aStore();
    const away = {
      ...store,
      jobs: { ...store.jobs, claim: () => Promise.reject(new HandrailError('storage-unavailable', 'away')) },
    };
    let runs = 0;
    const stop = startJobs([hourly(async () => void (runs += 1))], { store: away, clock, log: quietLog });
    await hours(2);
    expect(runs).toBe(0);
    await stop();
  });
});
