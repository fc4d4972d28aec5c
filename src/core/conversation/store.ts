import type { Communities, CommunitiesRead } from '../members/community-store.ts';
import type { Members, MembersRead } from '../members/store.ts';
import type { AdapterStates, AdapterStatesRead } from '../platform/adapter-state.ts';
import type { Temporal } from '../values/time.ts';
import type { Drafts, DraftsRead } from './forms/drafts.ts';
import type { IdempotencyKeys, IdempotencyKeysRead } from './idempotency.ts';

/**
 * Whose data is kept: by room, what may be read and what may be changed. A room above adds its own line where it declares
 * its store.
 */
export interface Rooms {
  members: { read: MembersRead; write: Members };
  communities: { read: CommunitiesRead; write: Communities };
  drafts: { read: DraftsRead; write: Drafts };
  idempotency: { read: IdempotencyKeysRead; write: IdempotencyKeys };
  adapterStates: { read: AdapterStatesRead; write: AdapterStates };
}

/** What may be read at any time, each call by itself. */
export type StoreReads = { readonly [R in keyof Rooms]: Rooms[R]['read'] };

/** What may be read and changed inside one transaction. */
export type StoreWrites = { readonly [R in keyof Rooms]: Rooms[R]['write'] };

/**
 * Where everything is kept. Any call throws HandrailError('storage-unavailable') while the database cannot be used;
 * nothing is half done then.
 */
export interface Store extends StoreReads {
  /**
   * All of `work` or nothing of it. When this resolves, what was written survives kill -9. `work` may be run again
   * after a conflict, so it has no effect but through `tx`.
   */
  transaction<T>(work: (tx: StoreWrites) => Promise<T>): Promise<T>;
  /**
   * Removes drafts that have expired, and what is older than the limits, little by little. Members outlive their
   * community. Once `stopped` is aborted it resolves soon, and leaves the rest.
   */
  sweep(now: Temporal.Instant, limits: SweepLimits, stopped?: AbortSignal): Promise<void>;
}

interface SweepLimits {
  /** Requests that were handled before this are forgotten. */
  readonly handledBefore: Temporal.Instant;
  /** Communities that the bot left before this are erased. */
  readonly leftBefore: Temporal.Instant;
}
