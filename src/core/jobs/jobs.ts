import { type ScheduledTask, schedule } from 'node-cron';
import type { StoreReads } from '../conversation/store.ts';
import { HandrailError } from '../values/errors.ts';
import type { Log } from '../values/log.ts';
import { Temporal } from '../values/time.ts';

/** A task that the bot does at set times, in one process only. */
export interface Job {
  readonly name: string;
  /** In UTC. https://nodecron.com/cron-syntax.html */
  readonly cron: string;
  /** `stopping`: ends a long run early. */
  run(stopping: AbortSignal): Promise<void>;
}

interface Jobs {
  readonly store: Pick<StoreReads, 'jobs'>;
  readonly log: Log;
}

/** node-cron's key of a run ends with the planned instant: "…:2026-03-01T12:17:00.000Z". */
const instantLength = '2026-03-01T12:17:00.000Z'.length;

/** node-cron would write to the standard output. */
const silent = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** Runs jobs until they are stopped. The returned function waits for those that run. */
export function startJobs(jobs: readonly Job[], { store, log }: Jobs): () => Promise<void> {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  async function run(job: Job): Promise<void> {
    let lastError: string | null = null;
    try {
      await job.run(stopping.signal);
    } catch (error) {
      lastError = nameOf(error);
      // While the database is unavailable, the next run tries again.
      if (!(error instanceof HandrailError)) log.error('a job failed', { job: job.name, error });
    }
    await store.jobs.ended(job.name, lastError).catch(() => {});
  }

  const tasks: readonly ScheduledTask[] = jobs.map((job) =>
    schedule(
      job.cron,
      () => {
        const work = run(job).finally(() => underWay.delete(work));
        underWay.add(work);
        return work;
      },
      {
        name: job.name,
        timezone: 'UTC',
        noOverlap: true,
        logger: silent,
        distributed: true,
        runCoordinator: {
          // Every process asks; the first one has the run.
          shouldRun: (key) =>
            store.jobs.claim(job.name, Temporal.Instant.from(key.slice(-instantLength))).catch(() => false),
        },
      },
    ),
  );
  return async () => {
    stopping.abort();
    for (const task of tasks) await task.destroy();
    await Promise.all(underWay);
  };
}

/** The error's class and code, because its message may quote a member. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
