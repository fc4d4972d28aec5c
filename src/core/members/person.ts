import type { Caller } from '../language/request.ts';
import type { AccountRef } from '../values/ids.ts';
import { type ClockTime, type Day, midnight, type Temporal, utc, type ZoneId } from '../values/time.ts';
import type { Account, Community, CommunityDefaults, Member } from './member.ts';
import { memberDay } from './member-day.ts';

/** Whoever asks, with what holds for them now: their own settings first, then what stands in for them. */
export interface Person {
  readonly account: AccountRef;
  /** null: they never changed anything yet, or the database cannot be asked. */
  readonly member: Member | null;
  readonly community: CommunityDefaults | null;
  /** Where they ask from, also before anything is known of it. */
  readonly communityRef: AccountRef | null;
  /** The group that the community they ask from named: its members moderate too. null in a private chat. */
  readonly moderators: string | null;
  /** BCP 47; null: nobody said. */
  readonly locale: string | null;
  readonly zone: ZoneId;
  /** Where `zone` comes from. A guess is worth asking about. */
  readonly zoneFrom: 'member' | 'platform' | 'community' | 'nowhere';
  readonly dayEndsAt: ClockTime;
  /** ISO 3166-1 alpha-2; null: nobody said. */
  readonly country: string | null;
  readonly today: Day;
}

export function personOf(
  caller: Caller,
  account: Account | null,
  community: Community | null,
  now: Temporal.Instant,
): Person {
  const member = account?.member ?? null;
  // In a private chat, what holds in the community that they come from holds too.
  const own = community ?? (caller.community === null ? (account?.community ?? null) : null);
  const [zone, zoneFrom] = zoneOf(caller, account, own);
  const dayEndsAt = member?.dayEndsAt ?? midnight;
  return {
    account: { platform: caller.platform, key: caller.account },
    member,
    community: own,
    communityRef: caller.community === null ? null : { platform: caller.platform, key: caller.community },
    moderators: community?.moderators ?? null,
    locale: caller.locale ?? account?.told.locale ?? null,
    zone,
    zoneFrom,
    dayEndsAt,
    country: member?.country ?? own?.country ?? null,
    today: memberDay(now, zone, dayEndsAt),
  };
}

/** The same person with settings that have just changed. */
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
