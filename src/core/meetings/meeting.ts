import type { ZoneId } from '../values/time.ts';

export type Attendance = 'in-person' | 'online' | 'hybrid';

/** A weekly gathering. Times are wall-clock times in its own zone. */
export interface Meeting {
  readonly slug: string;
  readonly name: string;
  /** ISO: 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** Minutes after midnight, 0 to 1439. */
  readonly startMinute: number;
  /** null: the source does not say. */
  readonly durationMinutes: number | null;
  /** null: the source does not say, and the bot never assumes one. */
  readonly zone: ZoneId | null;
  readonly attendance: Attendance;
  /** Codes of the program. They need the program, because "A" is secular in AA and 18+ in ACA. */
  readonly types: readonly string[];
  readonly location: string | null;
  readonly address: string | null;
  readonly joinUrl: string | null;
  readonly joinPhone: string | null;
  readonly sourceUrl: string | null;
}

/** The part of a meeting that is needed to compute its next time. */
export type MeetingTime = Pick<Meeting, 'weekday' | 'startMinute' | 'durationMinutes' | 'zone'> & {
  readonly ref: MeetingRef;
};

export interface MeetingRef {
  readonly importId: string;
  readonly slug: string;
  readonly weekday: number;
  readonly startMinute: number;
}
