import type { AccountId, AccountRef, CommunityId, MemberId } from '../values/ids.ts';
import type { Day, Temporal } from '../values/time.ts';
import type { Account, Community, MemberSettings, Pause, ZonePeriod } from './member.ts';

export interface MembersRead {
  find(account: AccountRef): Promise<Account | null>;
  /** Who asks, and where they ask from, as far as they are known. One statement. */
  whoAsks(account: AccountRef, community: AccountRef | null): Promise<WhoAsks>;
  pauses(member: MemberId): Promise<readonly Pause[]>;
}

export interface WhoAsks {
  readonly account: Account | null;
  readonly community: Community | null;
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
  /** Each change of a pause forgets what was folded of the streak. */
  addPause(member: MemberId, from: Day, until: Day | null): Promise<void>;
  changePause(member: MemberId, pause: Pause): Promise<void>;
  removePause(member: MemberId, id: string): Promise<void>;
}
