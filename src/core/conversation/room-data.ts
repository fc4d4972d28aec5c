import type { CommunityId, MemberId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** Some rows of one table, as plain values: what was sealed is opened, instants are ISO in UTC. */
export interface ExportedRows {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * What the store of every room must be able to do with all that it keeps. Only `exportOf` runs outside a transaction.
 * The store of the members comes last wherever all are asked, because it removes the member itself.
 */
export interface RoomData {
  /** All that is kept of a member, some rows at a time. */
  exportOf(member: MemberId): AsyncIterable<ExportedRows>;
  erase(member: MemberId): Promise<void>;
  eraseCommunity(community: CommunityId): Promise<void>;
  /** Gives all that is `from`'s to `into`, sealed again under that member's key. Two that are the same become one. */
  join(from: MemberId, into: MemberId): Promise<void>;
  /** Removes what has expired by `now`, at most `limit` rows. Gives how many: `limit` where there may be more. */
  sweep(now: Temporal.Instant, limit: number): Promise<number>;
}
