import type { MemberId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** One guided run through a strategy. Ratings are 0 to 10; null: not rated. */
export interface CopingSession {
  /** Created when the run begins, so that a second tap on its last button updates the same run. */
  readonly id: string;
  readonly strategyId: string;
  readonly trigger: string | null;
  readonly before: number | null;
  readonly after: number | null;
  readonly endedAt: Temporal.Instant;
}

interface CopingRead {
  /** Returns the runs rated both before and after, newest first. */
  rated(member: MemberId, strategyId: string): Promise<readonly CopingSession[]>;
}

interface Coping extends CopingRead {
  /** Replaces a run with the same identifier. */
  put(member: MemberId, session: CopingSession): Promise<void>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    coping: { read: CopingRead; write: Coping };
  }
}
