import type { Rooms, StoreWrites } from '../core/conversation/store.ts';
import type { Session } from './database.ts';
import { adapterStates } from './rooms/adapter-state.ts';
import { checkIns } from './rooms/checkins.ts';
import { communities } from './rooms/communities.ts';
import { consents } from './rooms/consents.ts';
import { contacts } from './rooms/contacts.ts';
import { coping } from './rooms/coping.ts';
import { drafts } from './rooms/drafts.ts';
import { idempotency } from './rooms/idempotency.ts';
import { jobs } from './rooms/jobs.ts';
import { meetings } from './rooms/meetings.ts';
import { members } from './rooms/members.ts';
import { outbox } from './rooms/outbox.ts';

/** The store of every room. A new room is a line here. */
const rooms: { readonly [R in keyof Rooms]: (session: Session) => StoreWrites[R] } = {
  members,
  communities,
  consents,
  checkIns,
  coping,
  meetings,
  drafts,
  idempotency,
  adapterStates,
  outbox,
  contacts,
  jobs,
};

const all = Object.entries(rooms);

/** Makes one store for each room with `make`. */
export function storesBy(make: <S extends object>(store: (session: Session) => S) => S): StoreWrites {
  const made: Record<string, object> = {};
  for (const [name, store] of all) made[name] = make<object>(store);
  return made as unknown as StoreWrites;
}
