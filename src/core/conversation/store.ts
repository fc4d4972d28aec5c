import type { Communities, CommunitiesRead } from '../members/community-store.ts';
import type { Members, MembersRead } from '../members/store.ts';
import type { AdapterStates, AdapterStatesRead } from '../platform/adapter-state.ts';
import type { Drafts, DraftsRead } from './forms/drafts.ts';
import type { IdempotencyKeys, IdempotencyKeysRead } from './idempotency.ts';
import type { RoomData } from './room-data.ts';

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
export type StoreReads = { readonly [R in keyof Rooms]: Rooms[R]['read'] & Pick<RoomData, 'exportOf'> };

/** What may be read and changed inside one transaction. */
export type StoreWrites = { readonly [R in keyof Rooms]: Rooms[R]['write'] & RoomData };

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
}
