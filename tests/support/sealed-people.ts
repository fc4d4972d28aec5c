import type { Store, StoreWrites } from '../../src/core/conversation/store.ts';
import { text, view } from '../../src/core/language/view.ts';
import type { Owner } from '../../src/core/outbox/delivery.ts';
import type { AccountId, AccountRef, CommunityId, MemberId } from '../../src/core/values/ids.ts';
import type { Db } from '../../src/storage/database.ts';
import { sealIdentity } from '../../src/storage/sealing/identity.ts';
import type { Sealers } from '../../src/storage/sealing/sealers.ts';
import { at, day } from '../contracts/storage/fixtures.ts';
import { content } from './world.ts';

// Two members who have said all that can be said, each from a community of their own.

interface Someone extends AccountRef {
  readonly accountId: AccountId;
  readonly memberId: MemberId;
}

interface Place extends AccountRef {
  readonly communityId: CommunityId;
}

export interface SealedPeople {
  readonly amy: Someone;
  readonly bob: Someone;
  /** Amy again, on another platform: her rows are told apart by more than whose they are. */
  readonly amyElsewhere: Someone;
  readonly harbor: Place;
  readonly hillside: Place;
  /** What was to be sent to each of them, and was refused. */
  readonly deliveries: readonly { readonly id: string; readonly owner: string }[];
  /** What two platforms keep of their own, each in its row. */
  readonly kept: readonly (AccountRef & { readonly id: string })[];
}

export const now = at('2026-03-01T12:00Z');
const later = now.add({ hours: 24 });
export const days = [day('2026-02-28'), day('2026-03-01')] as const;
export const strategyId = content.strategies[0]?.id ?? '';
/** Each of them was answered, the first two to Amy and to Bob. */
export const requestIds = ['first', 'second', 'first elsewhere'];

const states = [
  { platform: 'memory', key: 'state-one' },
  { platform: 'elsewhere', key: 'state-two' },
];

export const wordsOf = ({ key }: AccountRef) => `private words of ${key}`;

export async function fillWithPeople(store: Store, db: Db, sealers: Sealers): Promise<SealedPeople> {
  const come = (key: string, community: string) =>
    store.transaction((tx) => sayAll(tx, { platform: 'memory', key }, { platform: 'memory', key: community }));
  const [amy, harbor] = await come('amy', 'harbor');
  const [bob, hillside] = await come('bob', 'hillside');

  const elsewhere = { platform: 'elsewhere', key: 'amy-elsewhere' };
  await linkAccount(db, sealers, amy.memberId, elsewhere);
  const amyElsewhere = await store.transaction(async (tx) => {
    const account = await tx.members.ensure(elsewhere, now);
    await tx.drafts.put(elsewhere, 'form', 'a form elsewhere', later);
    await tx.idempotency.remember(account, 'first elsewhere', 'an answer elsewhere', now);
    return { ...elsewhere, accountId: account.id, memberId: account.member.id };
  });
  await store.transaction(async (tx) => {
    for (const ref of states) await tx.adapterStates.put(ref, wordsOf(ref), now);
  });
  const rows = await db.platformState.findMany({ select: { id: true, platform: true } });
  const kept = states.map((ref) => ({ ...ref, id: rows.find(({ platform }) => platform === ref.platform)?.id ?? '' }));
  const deliveries = await refuseDeliveries(store, { amy, bob, amyElsewhere, harbor, hillside });
  return { amy, bob, amyElsewhere, harbor, hillside, kept, deliveries };
}

/** Something was to be sent to each member and posted in each community, and was refused. */
async function refuseDeliveries(
  store: Store,
  {
    amy,
    bob,
    amyElsewhere,
    harbor,
    hillside,
  }: Pick<SealedPeople, 'amy' | 'bob' | 'amyElsewhere' | 'harbor' | 'hillside'>,
): Promise<SealedPeople['deliveries']> {
  const owners: readonly [AccountRef, Owner][] = [
    ...[amy, bob, amyElsewhere].map(
      (one) => [one, { kind: 'member', member: one.memberId, account: one.accountId }] as [AccountRef, Owner],
    ),
    ...[harbor, hillside].map((one) => [one, { kind: 'community', community: one.communityId }] as [AccountRef, Owner]),
  ];
  await store.transaction(async (tx) => {
    for (const [ref, owner] of owners) {
      const to =
        owner.kind === 'member' ? ({ kind: 'owner' } as const) : ({ kind: 'channel', channel: ref.key } as const);
      await tx.outbox.add({
        key: ['test', ref.key],
        platform: ref.platform,
        owner,
        sending: { kind: 'post', to, says: { route: 'test', args: wordsOf(ref) } },
        dueAt: null,
        notAfter: null,
        urgent: false,
      });
    }
  });
  const asked = { platforms: ['memory', 'elsewhere'], urgent: false, max: owners.length, leaseMs: 60_000 };
  const leased = await store.outbox.lease(asked);
  for (const one of leased) await store.outbox.finish(one, { kind: 'refused', reason: 'closed-dm' });
  return leased.map(({ id, owner }) => ({ id, owner: owner.kind === 'member' ? owner.member : owner.community }));
}

async function sayAll(tx: StoreWrites, ref: AccountRef, community: AccountRef): Promise<[Someone, Place]> {
  const note = wordsOf(ref);
  const account = await tx.members.ensure(ref, now);
  const memberId = account.member.id;
  await tx.members.change(memberId, { ownWords: note });
  await tx.consents.answer(memberId, 'details', true);
  for (const day of days) await tx.checkIns.put(memberId, { day, checkedInAt: now, late: false, details: { note } });
  for (const id of ['one', 'other']) {
    await tx.coping.put(memberId, { id, strategyId, trigger: note, before: 7, after: 3, endedAt: now });
  }
  const half = { token: `ci.form:${days[1]}`, step: 0, answers: { note } };
  await tx.drafts.put(ref, 'form', JSON.stringify(half), later);
  await tx.drafts.put(ref, 'details', JSON.stringify({ day: days[1], details: { note } }), later);
  for (const id of ['first', 'second']) {
    await tx.idempotency.remember(account, id, JSON.stringify(view(text(note))), now);
  }
  const settings = {
    country: 'IE',
    moderators: `helpers-of-${community.key}`,
    checkInPlace: { kind: 'channel', channel: `general-of-${community.key}` },
    alertPlace: { kind: 'thread', channel: `helpers-of-${community.key}`, thread: 'alerts' },
  } as const;
  const { id: communityId } = await tx.communities.change(community, settings, now);
  await tx.members.noteCommunity(account.id, communityId);
  return [
    { ...ref, accountId: account.id, memberId },
    { ...community, communityId },
  ];
}

/** No command links accounts yet; the tables and their seals hold two of one member already. */
async function linkAccount(db: Db, sealers: Sealers, memberId: MemberId, ref: AccountRef): Promise<void> {
  const id = 'elsewhere';
  const key = sealIdentity(await sealers.ofMember(db, memberId), 'Account', id, ref);
  const lookup = sealers.lookup('account', ref);
  await db.account.create({ data: { id, platform: ref.platform, lookup, key, memberId } });
}
