import type { Caller } from '../language/request.ts';
import type { AccountRef } from '../values/ids.ts';
import { type ClockTime, type Day, midnight, type Temporal, utc, type ZoneId } from '../values/time.ts';
import type { Account, CommunityDefaults, CommunityHere, Member, PrivateChat } from './member.ts';
import { memberDay } from './member-day.ts';

/** The person who asks, with their effective settings: their own first, then the defaults. */
export interface Person {
  readonly account: AccountRef;
  /** null: they are not yet saved, or the database cannot be read. */
  readonly member: Member | null;
  readonly community: CommunityDefaults | null;
  /** Where they ask from, even if that community is not yet saved. */
  readonly communityRef: AccountRef | null;
  /** The moderator group of the community that they ask from. null in a private chat. */
  readonly moderators: string | null;
  /** The language kept for the community that they ask from. */
  readonly communityLocale: string | null;
  /** BCP 47; null: unknown. */
  readonly locale: string | null;
  readonly zone: ZoneId;
  /** The source of `zone`. The bot asks about a guess. */
  readonly zoneFrom: 'member' | 'platform' | 'community' | 'nowhere';
  readonly dayEndsAt: ClockTime;
  /** ISO 3166-1 alpha-2; null: unknown. */
  readonly country: string | null;
  readonly today: Day;
  readonly chat: PrivateChat;
}

export function personOf(
  caller: Caller,
  account: Account | null,
  community: CommunityHere | null,
  now: Temporal.Instant,
): Person {
  const member = account?.member ?? null;
  // In a private chat, the defaults of the community that they last asked from apply.
  const own = community ?? (caller.community === null ? (account?.community ?? null) : null);
  const [zone, zoneFrom] = zoneOf(caller, account, own);
  const dayEndsAt = member?.dayEndsAt ?? midnight;
  return {
    account: { platform: caller.platform, key: caller.account },
    member,
    community: own,
    communityRef: caller.community === null ? null : { platform: caller.platform, key: caller.community },
    moderators: community?.moderators ?? null,
    communityLocale: community?.locale ?? null,
    locale: caller.locale ?? account?.told.locale ?? null,
    zone,
    zoneFrom,
    dayEndsAt,
    country: member?.country ?? own?.country ?? null,
    today: memberDay(now, zone, dayEndsAt),
    chat: account?.chat ?? 'open',
  };
}

/** Returns the same person with changed settings. */
export function withSettings(person: Person, member: Member, now: Temporal.Instant): Person {
  const zone = member.zone ?? person.zone;
  return {
    ...person,
    member,
    zone,
    zoneFrom: member.zone === null ? person.zoneFrom : 'member',
    dayEndsAt: member.dayEndsAt,
    country: member.country ?? person.country,
    today: memberDay(now, zone, member.dayEndsAt),
  };
}

/** The zone of someone whom the bot writes to by itself, without a request. */
export function zoneOfAccount({ member, told, community }: Account): ZoneId {
  return member.zone ?? told.zone ?? community?.zone ?? utc;
}

function zoneOf(
  caller: Caller,
  account: Account | null,
  community: CommunityDefaults | null,
): [ZoneId, Person['zoneFrom']] {
  const own = account?.member.zone ?? null;
  if (own !== null) return [own, 'member'];
  const told = caller.zone ?? account?.told.zone ?? null;
  if (told !== null) return [told, 'platform'];
  if (community?.zone != null) return [community.zone, 'community'];
  return [utc, 'nowhere'];
}
