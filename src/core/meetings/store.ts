import type { Temporal } from '../values/time.ts';
import type { Meeting, MeetingRef, MeetingTime } from './meeting.ts';

export interface FeedInfo {
  readonly name: string;
  readonly program: string;
  /** Of the import that is shown. Never used twice, so that what was read of it stays true. */
  readonly importId: string;
  readonly importedAt: Temporal.Instant;
}

export interface MeetingsRead {
  feeds(): Promise<readonly FeedInfo[]>;
  /** When every current meeting is, in its own zone. */
  times(): Promise<readonly MeetingTime[]>;
  get(refs: readonly MeetingRef[]): Promise<readonly (Meeting & { readonly ref: MeetingRef })[]>;
}

/** An import writes beside the old rows and is switched to at once, so that nobody ever sees half a feed. */
interface Meetings extends MeetingsRead {
  addBatch(
    feed: { name: string; program: string },
    importId: string,
    meetings: readonly Meeting[],
    now: Temporal.Instant,
  ): Promise<void>;
  switchTo(feedName: string, importId: string, now: Temporal.Instant): Promise<void>;
  /** Removes up to `limit` rows of other imports of the feed; gives how many it removed. */
  removeOld(feedName: string, importId: string, limit: number): Promise<number>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    meetings: { read: MeetingsRead; write: Meetings };
  }
}
