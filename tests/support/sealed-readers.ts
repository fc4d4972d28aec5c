import type { DraftKind } from '../../src/core/conversation/forms/drafts.ts';
import type { StoreReads } from '../../src/core/conversation/store.ts';
import { HandrailError } from '../../src/core/values/errors.ts';
import type { AccountRef, MemberId } from '../../src/core/values/ids.ts';
import type { Day } from '../../src/core/values/time.ts';
import type { Keyring } from '../../src/storage/sealing/sealer.ts';
import type { SealedCell } from './sealed-cells.ts';
import { now, requestIds, type SealedPeople, strategyId } from './sealed-people.ts';

type Reader = (reads: StoreReads, ids: SealedCell['ids'], known: Known) => Promise<unknown>;

const findMember: Reader = ({ members }, { id }, known) => members.find(known.ref(id));
const findCommunity: Reader = ({ communities }, { id }, known) => communities.find(known.ref(id));

/** One that cannot be read is left out of all. */
const findKept: Reader = async ({ adapterStates }, { id }, known) => {
  const { platform, key } = known.ref(id);
  const all = await adapterStates.all(platform);
  if (!all.some((one) => one.key === key)) throw new HandrailError('unreadable', 'It is left out.');
};

/** A delivery that cannot be read is listed without what it says. */
async function failed({ outbox }: StoreReads, id: string | undefined) {
  return there((await outbox.failed(100)).find((one) => one.id === id));
}

function orUnreadable<T>(read: T | null): T {
  if (read === null) throw new HandrailError('unreadable', 'It is left out.');
  return read;
}

/** For each sealed column the call of the store that reads it. A new column needs a line here. */
export const readers: Readonly<Record<string, Reader>> = {
  'Member.wrappedKey': findMember,
  'Member.ownWords': findMember,
  'Account.key': findMember,
  'Community.wrappedKey': findCommunity,
  'Community.key': findCommunity,
  'Community.moderators': findCommunity,
  'Community.checkInPlace': findCommunity,
  'Community.alertPlace': findCommunity,
  'CheckIn.details': ({ checkIns }, { memberId, day }) => checkIns.find(memberId as MemberId, day as Day),
  'CopingSession.details': ({ coping }, { memberId }) => coping.rated(memberId as MemberId, strategyId),
  'Delivery.payload': async (reads, { id }) => orUnreadable((await failed(reads, id)).template),
  'Delivery.outcome': async (reads, { id }) => orUnreadable((await failed(reads, id)).reason),
  'Draft.payload': ({ drafts }, { accountId, kind }, known) =>
    drafts.find(known.ref(accountId), kind as DraftKind, now),
  'HandledRequest.answer': ({ idempotency }, { accountId, lookup }, known) =>
    idempotency.answer(known.ref(accountId), known.request(lookup)),
  'PlatformState.wrappedKey': findKept,
  'PlatformState.key': findKept,
  'PlatformState.text': findKept,
};

/** What the ids of rows stand for. */
export class Known {
  readonly #refs = new Map<string | undefined, AccountRef>();
  readonly #requests: ReadonlyMap<string | undefined, string>;

  constructor({ amy, bob, amyElsewhere, harbor, hillside, kept }: SealedPeople, keyring: Keyring) {
    for (const someone of [amyElsewhere, amy, bob]) {
      this.#refs.set(someone.accountId, someone).set(someone.memberId, someone);
    }
    for (const place of [harbor, hillside]) this.#refs.set(place.communityId, place);
    for (const one of kept) this.#refs.set(one.id, one);
    this.#requests = new Map(requestIds.map((id) => [keyring.lookup('request', id), id]));
  }

  /** Of an account or a community; a member is known by an account of theirs. */
  ref(id: string | undefined): AccountRef {
    return there(this.#refs.get(id));
  }

  request(lookup: string | undefined): string {
    return there(this.#requests.get(lookup));
  }
}

function there<T>(known: T | undefined): T {
  if (known === undefined) throw new Error('There is a row that nobody here made');
  return known;
}

/** Whether it gives anything; false where it is refused as unreadable. Any other failure is thrown. */
export async function opens(read: Promise<unknown>): Promise<boolean> {
  try {
    await read;
    return true;
  } catch (error) {
    if (error instanceof HandrailError && error.code === 'unreadable') return false;
    throw error;
  }
}
