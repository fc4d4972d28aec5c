import type { Temporal } from '../values/time.ts';
import type { Meeting, MeetingRef, MeetingTime } from './meeting.ts';

export interface FeedInfo {
  readonly name: string;
  readonly program: string;
  /** The import that is shown. Never reused, so that cached data of an import stays valid. */
  readonly importId: string;
  readonly importedAt: Temporal.Instant;
}

export interface MeetingsRead {
  feeds(): Promise<readonly FeedInfo[]>;
  /** Returns the times of every current meeting, in its own zone. */
  times(): Promise<readonly MeetingTime[]>;
  get(refs: readonly MeetingRef[]): Promise<readonly (Meeting & { readonly ref: MeetingRef })[]>;
}

/** An import writes beside the old rows and is then switched to at once, so that nobody sees half a feed. */
interface Meetings extends MeetingsRead {
  addBatch(
    feed: { name: string; program: string },
    importId: string,
    meetings: readonly Meeting[],
    now: Temporal.Instant,
  ): Promise<void>;
  switchTo(feedName: string, importId: string, now: Temporal.Instant): Promise<void>;
  /** Deletes up to `limit` rows of the feed's other imports; returns how many. */
  removeOld(feedName: string, importId: string, limit: number): Promise<number>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    meetings: { read: MeetingsRead; write: Meetings };
  }
}
