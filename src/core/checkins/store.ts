import type { Pause, ZonePeriod } from '../members/member.ts';
import type { MemberId } from '../values/ids.ts';
import type { Day } from '../values/time.ts';
import type { CheckIn } from './checkin.ts';
import type { StreakCheckpoint } from './streak.ts';

/** What a member's streak follows from. */
export interface History {
  /** The streak at the end of the last day that was folded; null: `days` are all days. */
  readonly folded: StreakCheckpoint | null;
  /** Days with a check-in after what was folded, oldest first. */
  readonly days: readonly Day[];
  /** The check-in of one of `days`. Opened when it is asked for, because it is asked for one of thousands. */
  checkIn(day: Day): CheckIn | null;
  /** Oldest first. */
  readonly pauses: readonly Pause[];
  /** The newest `periodsMax` (members/zone-periods.ts), oldest first. */
  readonly periods: readonly ZonePeriod[];
}

interface CheckInsRead {
  /** In one statement. @param whole all days, whatever was folded */
  history(member: MemberId, whole?: 'whole'): Promise<History>;
  find(member: MemberId, day: Day): Promise<CheckIn | null>;
  /** From `from` on, oldest first. */
  since(member: MemberId, from: Day): Promise<readonly CheckIn[]>;
}

interface CheckIns extends CheckInsRead {
  /** One a day: what was there for that day is replaced. */
  put(member: MemberId, checkIn: CheckIn): Promise<void>;
  /** Keeps what is folded so far, and `best` where it is longer than the member's longest streak. null: nothing is. */
  keepStreak(member: MemberId, best: number, folded: StreakCheckpoint | null): Promise<void>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    checkIns: { read: CheckInsRead; write: CheckIns };
  }
}
