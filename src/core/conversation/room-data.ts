import type { CommunityId, MemberId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** Rows of one table as plain values: sealed values are decrypted, instants are ISO in UTC. */
export interface ExportedRows {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * What every room's store must support for its data. Only `exportOf` runs outside a transaction.
 * The members' store comes last in each of these operations, because it deletes the member row.
 */
export interface RoomData {
  /** Everything that is stored of a member, in batches. */
  exportOf(member: MemberId): AsyncIterable<ExportedRows>;
  erase(member: MemberId): Promise<void>;
  eraseCommunity(community: CommunityId): Promise<void>;
  /** Moves the data of `from` to `into` and encrypts it with that member's key. Duplicates are merged. */
  join(from: MemberId, into: MemberId): Promise<void>;
  /** Deletes at most `limit` rows that expired by `now`. Returns how many; `limit` means that there may be more. */
  sweep(now: Temporal.Instant, limit: number): Promise<number>;
}
