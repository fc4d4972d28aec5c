import { remembered } from '../values/remembered.ts';
import { addDays, type ClockTime, type Day, fromEpochDay, Temporal, type ZoneId } from '../values/time.ts';
import { dateLineMoves } from './date-line.ts';
import type { ZonePeriod } from './member.ts';

/**
 * Returns the calendar date of an instant in the member's own day: the local date, or the date before if the local time
 * is earlier than the day end. Only the wall clock counts, so that a repeated hour gives the same date twice.
 */
export function memberDay(at: Temporal.Instant, zone: ZoneId, dayEndsAt: ClockTime): Day {
  // Uses plain numbers, because Temporal's dates take several times as long, and a check-in needs hundreds of them.
  const { epochMilliseconds, offsetNanoseconds } = at.toZonedDateTimeISO(zone);
  const endMinute = Number(dayEndsAt.slice(0, 2)) * 60 + Number(dayEndsAt.slice(3));
  return fromEpochDay(Math.floor((epochMilliseconds + offsetNanoseconds / 1e6 - endMinute * 60_000) / 86_400_000));
}

/** Consecutive lived dates, both ends included. */
export interface Run {
  readonly from: Day;
  readonly to: Day;
}

/**
 * Returns the dates up to `now` that a member never lived, because they crossed the date line or changed zone, or
 * because their country skipped one (Samoa, 30 December 2011). A date was lived if some instant had it as the member
 * day.
 */
export function daysNeverLived(periods: readonly ZonePeriod[], now: Temporal.Instant): ReadonlySet<Day> {
  const never = new Set<Day>();
  let latest: Day | undefined;
  for (const { from, to } of daysLived(periods, now).flat()) {
    if (latest !== undefined) {
      for (let day = addDays(latest, 1); day < from; day = addDays(day, 1)) never.add(day);
      for (let day = from; day <= to && day <= latest; day = addDays(day, 1)) never.delete(day);
    }
    if (latest === undefined || to > latest) latest = to;
  }
  return never;
}

/** Returns the runs of each period up to `now`. Two runs may overlap (going east) or leave a gap (going west). */
export function daysLived(periods: readonly ZonePeriod[], now: Temporal.Instant): (readonly Run[])[] {
  const past = periods.filter(({ since }) => Temporal.Instant.compare(since, now) <= 0);
  return past.map((period, i) => runsOf(period, past[i + 1]?.since ?? null, now));
}

/** Returns the runs of a period that ends before `next`, or at `now` if `next` is null. */
export function runsOf(period: ZonePeriod, next: Temporal.Instant | null, now: Temporal.Instant): readonly Run[] {
  if (next === null) return runsUntil(period, now);
  const { since, zone, dayEndsAt } = period;
  const key = `${since.epochNanoseconds} ${next.epochNanoseconds} ${zone} ${dayEndsAt}`;
  return runsOfEnded(key, () => runsUntil(period, justBefore(next)));
}

/** Cache for a hundred members with a full list, because a hundred periods take about ten milliseconds. */
const runsOfEnded = remembered<readonly Run[]>(10_000);

function runsUntil({ since, zone, dayEndsAt }: ZonePeriod, end: Temporal.Instant): readonly Run[] {
  const runs: Run[] = [];
  let start = since;
  for (const move of dateLineMoves(zone, since, end)) {
    runs.push({ from: memberDay(start, zone, dayEndsAt), to: memberDay(justBefore(move), zone, dayEndsAt) });
    start = move;
  }
  runs.push({ from: memberDay(start, zone, dayEndsAt), to: memberDay(end, zone, dayEndsAt) });
  return runs;
}

function justBefore(instant: Temporal.Instant): Temporal.Instant {
  return instant.subtract({ nanoseconds: 1 });
}
