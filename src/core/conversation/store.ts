import type { Communities, CommunitiesRead } from '../members/community-store.ts';
import type { Members, MembersRead } from '../members/store.ts';
import type { AdapterStates, AdapterStatesRead } from '../platform/adapter-state.ts';
import type { Drafts, DraftsRead } from './forms/drafts.ts';
import type { IdempotencyKeys, IdempotencyKeysRead } from './idempotency.ts';
import type { RoomData } from './room-data.ts';

/** The stores by room: what may be read and what may be changed. Each room declares its own line. */
export interface Rooms {
  members: { read: MembersRead; write: Members };
  communities: { read: CommunitiesRead; write: Communities };
  drafts: { read: DraftsRead; write: Drafts };
  idempotency: { read: IdempotencyKeysRead; write: IdempotencyKeys };
  adapterStates: { read: AdapterStatesRead; write: AdapterStates };
}

/** Reads outside a transaction, each call by itself. */
export type StoreReads = { readonly [R in keyof Rooms]: Rooms[R]['read'] & Pick<RoomData, 'exportOf'> };

/** Reads and changes inside one transaction. */
export type StoreWrites = { readonly [R in keyof Rooms]: Rooms[R]['write'] & RoomData };

/**
 * Everything that the bot stores. Any call throws HandrailError('storage-unavailable') while the database cannot be
 * used; no change is half done then.
 */
export interface Store extends StoreReads {
  /**
   * Commits all of `work` or nothing. When this resolves, the changes survive kill -9. `work` may run again after a
   * conflict, so it has no effect except through `tx`.
   */
  transaction<T>(work: (tx: StoreWrites) => Promise<T>): Promise<T>;
  /** Calls `listener` after each transaction of this process that added a delivery. */
  onDelivery(listener: () => void): void;
}
