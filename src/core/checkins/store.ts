import type { MemberId } from '../ids.ts';
import type { Day } from '../time.ts';
import type { CheckIn } from './checkin.ts';

export interface CheckInsRead {
  /** Every day with a check-in, oldest first. */
  days(member: MemberId): Promise<readonly Day[]>;
  find(member: MemberId, day: Day): Promise<CheckIn | null>;
  /** From `from` on, oldest first. */
  since(member: MemberId, from: Day): Promise<readonly CheckIn[]>;
}

export interface CheckIns extends CheckInsRead {
  /** One a day: what was there for that day is replaced. */
  put(member: MemberId, checkIn: CheckIn): Promise<void>;
}
