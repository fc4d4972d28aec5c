import type { Temporal } from '../values/time.ts';

/** A task that the bot does at set times. */
export interface JobRun {
  readonly name: string;
  readonly startedAt: Temporal.Instant;
  /** null: it still runs, or its process ended. */
  readonly endedAt: Temporal.Instant | null;
  /** The class and code of the error that ended it; null: none. */
  readonly lastError: string | null;
}

interface JobsRead {
  all(): Promise<readonly JobRun[]>;
  /**
   * Claims the run that was planned for this instant. Returns false if another process has it, or a later one.
   */
  claim(name: string, plannedFor: Temporal.Instant): Promise<boolean>;
  ended(name: string, error: string | null): Promise<void>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    jobs: { read: JobsRead; write: JobsRead };
  }
}
