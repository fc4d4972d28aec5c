import type { AccountId, CommunityId, MemberId } from '../values/ids.ts';
import type { ClockTime, Day, Temporal, ZoneId } from '../values/time.ts';

/** A person who uses the bot. What is null they have not said. */
export interface Member {
  readonly id: MemberId;
  readonly zone: ZoneId | null;
  readonly dayEndsAt: ClockTime;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** How they speak of their recovery ("sober", "in recovery", their own words). */
  readonly ownWords: string | null;
  readonly plainMessages: boolean;
  /** What they agreed to: see consent/. null: not asked yet. */
  readonly keepsDetails: boolean | null;
  readonly keepsRatings: boolean | null;
  /** The longest streak that they ever had; it never falls. */
  readonly bestInARow: number;
}

export type MemberSettings = Pick<Member, 'zone' | 'dayEndsAt' | 'country' | 'ownWords' | 'plainMessages'>;

export interface Account {
  readonly id: AccountId;
  readonly member: Member;
  /** The community that they last asked from, where the bot knows it. */
  readonly community: CommunityDefaults | null;
  readonly told: Told;
}

/** What a platform last told of an account, for when it does not, and for what the bot sends by itself. null: nothing. */
export interface Told {
  /** BCP 47. */
  readonly locale: string | null;
  readonly zone: ZoneId | null;
}

/** What holds for the members of a community until they set their own. */
export interface CommunityDefaults {
  readonly id: CommunityId;
  /** BCP 47, as the platform tells it. null: it does not. */
  readonly locale: string | null;
  readonly zone: ZoneId | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

export interface Community extends CommunityDefaults {
  /** The platform's own identifier of a role or user group whose members moderate too. */
  readonly moderators: string | null;
}

/** From `since` on the member lived by this zone and day end, as far as the bot knows. */
export interface ZonePeriod {
  readonly since: Temporal.Instant;
  readonly zone: ZoneId;
  readonly dayEndsAt: ClockTime;
}

/** The days of a pause, both ends included. `until` null: until the member ends it. */
export interface Span {
  readonly from: Day;
  readonly until: Day | null;
}

/** Days taken out of a member's streak. */
export interface Pause extends Span {
  readonly id: string;
}
