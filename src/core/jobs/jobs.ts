import type { StoreReads } from '../conversation/store.ts';
import type { Clock } from '../values/clock.ts';
import { HandrailError } from '../values/errors.ts';
import type { Log } from '../values/log.ts';
import { Temporal } from '../values/time.ts';

/** A task that the bot does every hour, in one process only. */
export interface Job {
  readonly name: string;
  /** The minute of the hour, in UTC. */
  readonly atMinute: number;
  /** `stopping`: ends a long run early. */
  run(stopping: AbortSignal): Promise<void>;
}

interface Jobs {
  readonly store: Pick<StoreReads, 'jobs'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Often enough for minutes, also where the system's clock is set. */
const beatMs = 15_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * Runs jobs until they are stopped. The returned function waits for those that run. A run that was planned while no
 * process was up is left out, because the next one does its work too.
 */
export function startJobs(jobs: readonly Job[], { store, clock, log }: Jobs): () => Promise<void> {
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<void>>();
  const lastPlanned = new Map(jobs.map((job) => [job.name, plannedBefore(clock.now(), job)]));

  async function run(job: Job, plannedFor: Temporal.Instant): Promise<void> {
    // Every process asks; the first one has the run. While the database is away, nobody has.
    if (!(await store.jobs.claim(job.name, plannedFor).catch(() => false))) return;
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

  function beat(): void {
    const now = clock.now();
    for (const job of jobs) {
      const planned = plannedBefore(now, job);
      if (planned === lastPlanned.get(job.name) || underWay.has(job.name)) continue;
      lastPlanned.set(job.name, planned);
      const work = run(job, Temporal.Instant.fromEpochMilliseconds(planned));
      underWay.set(job.name, work);
      void work.finally(() => underWay.delete(job.name));
    }
  }

  const heart = setInterval(beat, beatMs);
  return async () => {
    stopping.abort();
    clearInterval(heart);
    await Promise.all(underWay.values());
  };
}

/** The last planned instant, in milliseconds since 1970. Plain numbers, because UTC has no clock changes. */
function plannedBefore(now: Temporal.Instant, { atMinute }: Job): number {
  const offset = atMinute * minuteMs;
  return Math.floor((now.epochMilliseconds - offset) / hourMs) * hourMs + offset;
}

/** The error's class and code, because its message may quote a member. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
