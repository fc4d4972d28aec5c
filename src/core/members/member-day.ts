import { addDays, type ClockTime, type Day, Temporal, toDay, type ZoneId } from '../time.ts';
import type { ZonePeriod } from './member.ts';

/**
 * The calendar date of an instant in a member's own day: the local date, or the one before while the local wall clock
 * is before the day's end. Only the wall clock is asked, so an hour that comes twice is judged alike both times.
 */
export function memberDay(at: Temporal.Instant, zone: ZoneId, dayEndsAt: ClockTime): Day {
  const local = at.toZonedDateTimeISO(zone).toPlainDateTime();
  const ended = Temporal.PlainTime.compare(local.toPlainTime(), dayEndsAt) >= 0;
  return toDay(ended ? local.toPlainDate() : local.toPlainDate().subtract({ days: 1 }));
}

/**
 * The dates up to `now` that a member never lived, because they crossed the date line or changed zone, or because their
 * country left one out (Samoa, 30 December 2011). A date was lived when some instant had it as the member day.
 */
export function daysNeverLived(periods: readonly ZonePeriod[], now: Temporal.Instant): ReadonlySet<Day> {
  const never = new Set<Day>();
  let latest: Day | undefined;
  for (const { from, to } of daysLived(periods, now)) {
    if (latest !== undefined) {
      for (let day = addDays(latest, 1); day < from; day = addDays(day, 1)) never.add(day);
      for (let day = from; day <= to && day <= latest; day = addDays(day, 1)) never.delete(day);
    }
    if (latest === undefined || to > latest) latest = to;
  }
  return never;
}

/** Runs of dates lived one after the other. Two runs may overlap (going east) or leave a gap (going west). */
function* daysLived(periods: readonly ZonePeriod[], now: Temporal.Instant): Generator<{ from: Day; to: Day }> {
  const past = periods.filter(({ since }) => Temporal.Instant.compare(since, now) <= 0);
  for (const [i, { since, zone, dayEndsAt }] of past.entries()) {
    const next = past[i + 1]?.since;
    const end = next === undefined ? now : justBefore(next);
    let start = since;
    for (const jump of dateLineMoves(zone, since, end)) {
      yield { from: memberDay(start, zone, dayEndsAt), to: memberDay(justBefore(jump), zone, dayEndsAt) };
      start = jump;
    }
    yield { from: memberDay(start, zone, dayEndsAt), to: memberDay(end, zone, dayEndsAt) };
  }
}

/** The instants at which a zone itself moved to the other side of the date line. */
function* dateLineMoves(zone: ZoneId, from: Temporal.Instant, to: Temporal.Instant): Generator<Temporal.Instant> {
  const halfDayNs = 12 * 3_600e9;
  let at = from.toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || Temporal.Instant.compare(next.toInstant(), to) > 0) return;
    if (Math.abs(next.offsetNanoseconds - at.offsetNanoseconds) > halfDayNs) yield next.toInstant();
    at = next;
  }
}

function justBefore(instant: Temporal.Instant): Temporal.Instant {
  return instant.subtract({ nanoseconds: 1 });
}
