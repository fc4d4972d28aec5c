import type { AccountId, AccountRef, CommunityId, MemberId } from '../values/ids.ts';
import type { Day, Temporal } from '../values/time.ts';
import type { Account, CommunityHere, MemberSettings, Pause, PrivateChat, ZonePeriod } from './member.ts';

export interface MembersRead {
  find(account: AccountRef): Promise<Account | null>;
  /** Returns who asks and where, as far as they are known. One statement. */
  whoAsks(account: AccountRef, community: AccountRef | null): Promise<WhoAsks>;
  pauses(member: MemberId): Promise<readonly Pause[]>;
}

export interface WhoAsks {
  readonly account: Account | null;
  readonly community: CommunityHere | null;
}

export interface Members extends MembersRead {
  /** Returns the account with its member, created if it does not exist. */
  ensure(account: AccountRef, now: Temporal.Instant): Promise<Account>;
  /** An unknown account is ignored. */
  noteChat(account: AccountRef, chat: PrivateChat): Promise<void>;
  noteCommunity(account: AccountId, community: CommunityId): Promise<void>;
  change(member: MemberId, settings: Partial<MemberSettings>): Promise<void>;
  raiseBest(member: MemberId, inARow: number): Promise<void>;
  /** Replaces a period that begins at the same instant. */
  addZonePeriod(member: MemberId, period: ZonePeriod): Promise<void>;
  removeZonePeriod(member: MemberId, since: Temporal.Instant): Promise<void>;
  /** Removes at most `limit` periods that began before `since`. */
  removeZonePeriodsBefore(member: MemberId, since: Temporal.Instant, limit: number): Promise<void>;
  /** Each change of a pause deletes the streak checkpoint. */
  addPause(member: MemberId, from: Day, until: Day | null): Promise<void>;
  changePause(member: MemberId, pause: Pause): Promise<void>;
  removePause(member: MemberId, id: string): Promise<void>;
}
