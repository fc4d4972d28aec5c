import type { Pause, ZonePeriod } from '../members/member.ts';
import type { MemberId } from '../values/ids.ts';
import type { Day } from '../values/time.ts';
import type { CheckIn } from './checkin.ts';
import type { StreakCheckpoint } from './streak.ts';

/** The data that a member's streak is computed from. */
export interface History {
  /** The checkpoint at the last folded day; null: `days` are all days. */
  readonly folded: StreakCheckpoint | null;
  /** Days with a check-in after the checkpoint, oldest first. */
  readonly days: readonly Day[];
  /** Returns the check-in of one of `days`. Decrypted on demand, because only one of thousands is needed. */
  checkIn(day: Day): CheckIn | null;
  /** Oldest first. */
  readonly pauses: readonly Pause[];
  /** The newest `periodsMax` (members/zone-periods.ts), oldest first. */
  readonly periods: readonly ZonePeriod[];
}

interface CheckInsRead {
  /** Reads all rows in one statement. @param whole all days, whatever was folded */
  history(member: MemberId, whole?: 'whole'): Promise<History>;
  find(member: MemberId, day: Day): Promise<CheckIn | null>;
  /** Returns the check-ins from `from` on, oldest first. */
  since(member: MemberId, from: Day): Promise<readonly CheckIn[]>;
}

interface CheckIns extends CheckInsRead {
  /** Replaces the check-in of that day. */
  put(member: MemberId, checkIn: CheckIn): Promise<void>;
  /** Saves the checkpoint (null: none), and `best` if it is longer than the member's best streak. */
  keepStreak(member: MemberId, best: number, folded: StreakCheckpoint | null): Promise<void>;
}

declare module '../conversation/store.ts' {
  interface Rooms {
    checkIns: { read: CheckInsRead; write: CheckIns };
  }
}
