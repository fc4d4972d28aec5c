import type { SharedPlace } from '../language/request.ts';
import type { AccountId, CommunityId, MemberId } from '../values/ids.ts';
import type { ClockTime, Day, Temporal, ZoneId } from '../values/time.ts';

/** A person who uses the bot. null: they have not said. */
export interface Member {
  readonly id: MemberId;
  readonly zone: ZoneId | null;
  readonly dayEndsAt: ClockTime;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** How they describe their recovery ("sober", "in recovery", their own words). */
  readonly ownWords: string | null;
  readonly plainMessages: boolean;
  /** Their consent: see consent/. null: not asked yet. */
  readonly keepsDetails: boolean | null;
  readonly keepsRatings: boolean | null;
  /** Their longest streak ever; it never decreases. */
  readonly bestInARow: number;
}

export type MemberSettings = Pick<Member, 'zone' | 'dayEndsAt' | 'country' | 'ownWords' | 'plainMessages'>;

export interface Account {
  readonly id: AccountId;
  readonly member: Member;
  /** The community that they last asked from, if the bot knows it. */
  readonly community: CommunityDefaults | null;
  readonly told: Told;
  readonly chat: PrivateChat;
}

/**
 * Whether the bot can write to their private chat by itself. 'closed': the platform refused it; 'told': and they were
 * told so. It stays so until they ask for messages again.
 */
export type PrivateChat = 'open' | 'closed' | 'told';

/**
 * What a platform last said about an account, for requests without it and for messages that the bot starts. null:
 * nothing.
 */
export interface Told {
  /** BCP 47. */
  readonly locale: string | null;
  readonly zone: ZoneId | null;
}

/** A community's defaults, which apply until a member sets their own. */
export interface CommunityDefaults {
  readonly id: CommunityId;
  readonly zone: ZoneId | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** What each request needs of the community that it comes from. */
export interface CommunityHere extends CommunityDefaults {
  /** BCP 47, as the platform says it; null if it does not. */
  readonly locale: string | null;
  /** The platform's identifier of a role or user group whose members also moderate. */
  readonly moderators: string | null;
}

export interface Community extends CommunityHere {
  /** Where check-ins are posted; null: nowhere. */
  readonly checkInPlace: SharedPlace | null;
  /** Where moderators are alerted; null: nowhere. */
  readonly alertPlace: SharedPlace | null;
}

/** The zone and day end that the member lived by from `since` on, as far as the bot knows. */
export interface ZonePeriod {
  readonly since: Temporal.Instant;
  readonly zone: ZoneId;
  readonly dayEndsAt: ClockTime;
}

/** The days of a pause, both ends included. `until` null: open until the member ends it. */
export interface Span {
  readonly from: Day;
  readonly until: Day | null;
}

/** Days that are excluded from a member's streak. */
export interface Pause extends Span {
  readonly id: string;
}
