const dayMinutes = 1_440;
const halfDayMinutes = 720;

/** A longer meeting probably has its end 12 hours off, because someone mixed up am and pm. */
const plausibleMinutes = 360;
const shortMinutes = 180;

/** Returns the minutes after midnight of "19:30", "7:30 PM" or "19:30:00"; null if it is not a time. */
export function clockMinute(time: string | null): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap]\.?m\.?)?$/i.exec(time ?? '');
  if (match === null) return null;
  const [, hours, minutes, half] = match;
  const hour = Number(hours);
  const minute = Number(minutes);
  if (minute > 59) return null;
  if (half === undefined) return hour > 23 ? null : hour * 60 + minute;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) * 60 + minute + (/^p/i.test(half) ? halfDayMinutes : 0);
}

/**
 * Returns a meeting's length from its wall-clock start and end. An end before the start is on the next day. If that
 * gives over six hours, and an end twelve hours later gives at most three ("12:00 to 01:00"), the later end was meant.
 */
export function durationMinutes(start: number, end: number | null): number | null {
  if (end === null || end === start) return null;
  const asWritten = (end - start + dayMinutes) % dayMinutes;
  const otherHalf = (end + halfDayMinutes - start + dayMinutes) % dayMinutes;
  if (asWritten > plausibleMinutes && otherHalf > 0 && otherHalf <= shortMinutes) return otherHalf;
  return asWritten;
}
