import type { CheckIns, CheckInsRead } from './checkins/store.ts';
import type { Communities, CommunitiesRead } from './communities/store.ts';
import type { Drafts, DraftsRead } from './conversation/forms/drafts.ts';
import type { IdempotencyKeys, IdempotencyKeysRead } from './conversation/idempotency.ts';
import type { Coping, CopingRead } from './coping/store.ts';
import type { Meetings, MeetingsRead } from './meetings/store.ts';
import type { Members, MembersRead } from './members/store.ts';
import type { AdapterStates, AdapterStatesRead } from './platform/adapter-state.ts';
import type { Temporal } from './values/time.ts';

/** What may be read at any time, each call by itself. */
export interface StoreReads {
  readonly members: MembersRead;
  readonly communities: CommunitiesRead;
  readonly checkIns: CheckInsRead;
  readonly coping: CopingRead;
  readonly meetings: MeetingsRead;
  readonly drafts: DraftsRead;
  readonly idempotency: IdempotencyKeysRead;
  readonly adapterStates: AdapterStatesRead;
}

/** What may be read and changed inside one transaction. */
export interface StoreWrites {
  readonly members: Members;
  readonly communities: Communities;
  readonly checkIns: CheckIns;
  readonly coping: Coping;
  readonly meetings: Meetings;
  readonly drafts: Drafts;
  readonly idempotency: IdempotencyKeys;
  readonly adapterStates: AdapterStates;
}

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
