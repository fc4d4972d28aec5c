import type { MemberId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** One guided run through a strategy. Ratings are 0 to 10; null where the member did not rate. */
export interface CopingSession {
  /** Made when the run begins, so that a second tap on its last button is the same run. */
  readonly id: string;
  readonly strategyId: string;
  readonly trigger: string | null;
  readonly before: number | null;
  readonly after: number | null;
  readonly endedAt: Temporal.Instant;
}

interface CopingRead {
  /** The runs with a rating on both sides, newest first. */
  rated(member: MemberId, strategyId: string): Promise<readonly CopingSession[]>;
}

interface Coping extends CopingRead {
  /** A run that is there already is replaced. */
  put(member: MemberId, session: CopingSession): Promise<void>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    coping: { read: CopingRead; write: Coping };
  }
}
