import { afterEach, describe, expect, it } from 'vitest';
import { type Job, JobRunner } from '../../src/core/jobs/jobs.ts';
import type { JobRun } from '../../src/core/jobs/store.ts';
import { HandrailError } from '../../src/core/values/errors.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/storage.ts';

const zone = process.env['TZ'];
afterEach(() => {
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

let now = Temporal.Instant.from('2026-03-01T12:00Z');
const clock = { now: () => now };
const at = (iso: string) => {
  now = Temporal.Instant.from(iso);
};

/** Lets so many hours go by, with a beat each quarter of a minute. */
async function hours(count: number, ...runners: readonly JobRunner[]): Promise<void> {
  for (let beats = 0; beats < count * 240; beats += 1) {
    now = now.add({ seconds: 15 });
    for (const runner of runners) runner.beat();
    for (const runner of runners) await runner.finished();
  }
}

describe('a job', () => {
  it('runs once for each planned instant, however many processes there are', async () => {
    at('2026-03-01T12:00Z');
    const { store } = aStore();
    let runs = 0;
    const job = hourly(async () => void (runs += 1));
    const runners = [1, 2, 3].map(() => new JobRunner([job], { store, clock, log: quietLog }));
    await hours(3, ...runners);
    expect(runs).toBe(3);
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
      const runner = new JobRunner([hourly(async () => void (runs += 1))], { store, clock, log: quietLog });
      await hours(5, runner);
      expect(runs, night).toBe(5);
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
    const runner = new JobRunner(
      [
        hourly(async () => {
          const failure = failures.shift();
          if (failure !== undefined) throw failure;
        }),
      ],
      { store, clock, log },
    );
    await hours(3, runner);
    expect(ended.map(({ lastError }) => lastError)).toEqual([
      'Error ENOSPC',
      'HandrailError storage-unavailable',
      null,
    ]);
    expect(lines).toEqual(['a job failed']);
  });

  it('is left out while the database cannot be asked whose turn it is', async () => {
    at('2026-03-01T12:00Z');
    const { store } = aStore();
    const away = {
      ...store,
      jobs: { ...store.jobs, claim: () => Promise.reject(new HandrailError('storage-unavailable', 'away')) },
    };
    let runs = 0;
    const runner = new JobRunner([hourly(async () => void (runs += 1))], { store: away, clock, log: quietLog });
    await hours(2, runner);
    expect(runs).toBe(0);
  });
});
