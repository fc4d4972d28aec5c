import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** The core's only source of Temporal, because it is native from Node 26 on, and a polyfill until then. */
export { Temporal };

/** A member's calendar date, as ISO text ("2026-03-08"): it compares with <, works as a key, and has no zone. */
export type Day = string & { readonly brand: 'Day' };

/** An IANA time zone name that this machine knows ("America/New_York"), in its canonical spelling. */
export type ZoneId = string & { readonly brand: 'ZoneId' };

/** A wall-clock time to the minute ("05:30"). */
export type ClockTime = string & { readonly brand: 'ClockTime' };

export const utc = 'UTC' as ZoneId;
export const midnight = '00:00' as ClockTime;

/**
 * Returns the zone in the zone table's spelling, or null if this machine does not know it. An old name stays as given
 * ("Asia/Kolkata", which ICU would change to Calcutta). Fixed offsets ("+02:00") are not zones.
 */
export function zoneId(name: string): ZoneId | null {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return null;
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    if (known.toLowerCase() === name.toLowerCase()) return known as ZoneId;
    return name.replace(/(^|[/_-])[a-z]/g, (start) => start.toUpperCase()) as ZoneId;
  } catch {
    return null;
  }
}

export const dayText = z
  .string()
  .trim()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => isDate(text))
  .transform((text) => text as Day);

function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}

/** Valid for days of the years 1 to 9999, also as the result. */
export function addDays(day: Day, days: number): Day {
  return fromEpochDay(epochDay(day) + days);
}

const dayMs = 86_400_000;

/** Returns the days since 1970-01-01. Uses plain numbers, because Temporal takes a hundred times as long. */
export function epochDay(day: Day): number {
  return Date.parse(day) / dayMs;
}

export function fromEpochDay(days: number): Day {
  return new Date(days * dayMs).toISOString().slice(0, 10) as Day;
}

/**
 * Returns the instant at which a wall clock in `zone` shows `time` on `date`. A skipped time becomes the first instant
 * after the gap (02:30 becomes 03:00; Temporal's default gives 03:30). A repeated time is the first of the two.
 */
export function atWallClock(date: Temporal.PlainDate, time: Temporal.PlainTime, zone: ZoneId): Temporal.Instant {
  const local = date.toPlainDateTime(time);
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(local)) return earlier.toInstant();
  const afterGap = earlier.getTimeZoneTransition('next');
  return (afterGap ?? earlier).toInstant();
}
