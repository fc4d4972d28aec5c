import type { AccountId, CommunityId, MemberId } from '../ids.ts';
import type { Day, Temporal } from '../time.ts';
import type { Account, AccountRef, MemberSettings, Pause, ZonePeriod } from './member.ts';

export interface MembersRead {
  find(account: AccountRef): Promise<Account | null>;
  /** The newest `periodsMax` (zone-periods.ts), oldest first. */
  zonePeriods(member: MemberId): Promise<readonly ZonePeriod[]>;
  pauses(member: MemberId): Promise<readonly Pause[]>;
}

export interface Members extends MembersRead {
  /** The account with its member, made when it is not there yet. */
  ensure(account: AccountRef, now: Temporal.Instant): Promise<Account>;
  noteCommunity(account: AccountId, community: CommunityId): Promise<void>;
  change(member: MemberId, settings: Partial<MemberSettings>): Promise<void>;
  raiseBest(member: MemberId, inARow: number): Promise<void>;
  /** A period that begins at the same instant is replaced. */
  addZonePeriod(member: MemberId, period: ZonePeriod): Promise<void>;
  removeZonePeriod(member: MemberId, since: Temporal.Instant): Promise<void>;
  /** Removes those that began before `since`, at most `limit` of them. */
  removeZonePeriodsBefore(member: MemberId, since: Temporal.Instant, limit: number): Promise<void>;
  addPause(member: MemberId, from: Day, until: Day | null): Promise<void>;
  changePause(member: MemberId, pause: Pause): Promise<void>;
  removePause(member: MemberId, id: string): Promise<void>;
}
