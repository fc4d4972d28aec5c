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

interface JobsDeps {
  readonly store: Pick<StoreReads, 'jobs'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Often enough for minutes, also where the system's clock is set. */
const beatMs = 15_000;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Runs jobs until they are stopped. The returned function waits for those that run. */
export function startJobs(jobs: readonly Job[], deps: JobsDeps): () => Promise<void> {
  const runner = new JobRunner(jobs, deps);
  const heart = setInterval(() => runner.beat(), beatMs);
  return () => {
    clearInterval(heart);
    return runner.stop();
  };
}

/**
 * Runs what was planned since the last beat. A run that was planned while no process was up is left out, because the next
 * one does its work too.
 */
export class JobRunner {
  readonly #jobs: readonly Job[];
  readonly #deps: JobsDeps;
  readonly #stopping = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #lastPlanned: Map<string, number>;

  constructor(jobs: readonly Job[], deps: JobsDeps) {
    this.#jobs = jobs;
    this.#deps = deps;
    const now = deps.clock.now();
    this.#lastPlanned = new Map(jobs.map((job) => [job.name, plannedBefore(now, job)]));
  }

  beat(): void {
    const now = this.#deps.clock.now();
    for (const job of this.#jobs) {
      const planned = plannedBefore(now, job);
      if (planned === this.#lastPlanned.get(job.name) || this.#underWay.has(job.name)) continue;
      this.#lastPlanned.set(job.name, planned);
      const work = this.#run(job, Temporal.Instant.fromEpochMilliseconds(planned));
      this.#underWay.set(job.name, work);
      void work.finally(() => this.#underWay.delete(job.name));
    }
  }

  /** Resolves when what runs now has ended. */
  async finished(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    return this.finished();
  }

  async #run(job: Job, plannedFor: Temporal.Instant): Promise<void> {
    const { store, log } = this.#deps;
    // Every process asks; the first one has the run. While the database is away, nobody has.
    if (!(await store.jobs.claim(job.name, plannedFor).catch(() => false))) return;
    let lastError: string | null = null;
    try {
      await job.run(this.#stopping.signal);
    } catch (error) {
      lastError = nameOf(error);
      // While the database is unavailable, the next run tries again.
      if (!(error instanceof HandrailError)) log.error('a job failed', { job: job.name, error });
    }
    await store.jobs.ended(job.name, lastError).catch(() => {});
  }
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
