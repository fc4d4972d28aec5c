import { addDays, Temporal } from '../values/time.ts';
import type { ZonePeriod } from './member.ts';
import { daysLived, memberDay, type Run, runsOf } from './member-day.ts';

/** The most zone periods per member, because each check-in reads all of them. */
export const periodsMax = 100;

/** How many periods before and after a removed one are compared for lived days. */
const reach = 3;

/**
 * Returns the periods after the member lives by `next` from `next.since` on. Both lists are oldest first; the answer is
 * the same array if nothing changes.
 *
 * Removing a period keeps the member's lived days unchanged, because the streak depends on them. Only if the list is
 * full and every period has days of its own, the oldest is removed.
 */
export function withPeriod(periods: readonly ZonePeriod[], next: ZonePeriod): readonly ZonePeriod[] {
  const current = periods.findLast(({ since }) => Temporal.Instant.compare(since, next.since) <= 0);
  if (current !== undefined && isSamePlace(current, next)) return periods;
  const others = periods.filter(({ since }) => !since.equals(next.since));
  const added = [...others, next].sort((a, b) => Temporal.Instant.compare(a.since, b.since));
  const now = added.at(-1)?.since ?? next.since;
  let kept = mergedWithinDay(added, now);
  while (kept.length > periodsMax) kept = kept.toSpliced(toDrop(kept, now), 1);
  return kept;
}

/** Merges two changes on the same day, unless the member would then lose or gain a lived day. */
function mergedWithinDay(periods: readonly ZonePeriod[], now: Temporal.Instant): readonly ZonePeriod[] {
  const [before, last, next] = [periods.at(-3), periods.at(-2), periods.at(-1)];
  if (last === undefined || next === undefined) return periods;
  const { zone, dayEndsAt } = last;
  if (memberDay(last.since, zone, dayEndsAt) !== memberDay(next.since, zone, dayEndsAt)) return periods;
  const replaced = before !== undefined && isSamePlace(before, next) ? [] : [{ ...next, since: last.since }];
  const merged = [...periods.slice(0, -2), ...replaced];
  const near = Math.max(0, periods.length - 2 - reach);
  const lived = (list: readonly ZonePeriod[]) => daysLived(list.slice(near), now).flat();
  return isSameDays(lived(periods), lived(merged)) ? merged : periods;
}

/**
 * Returns the index of the oldest period whose removal keeps the lived days the same, if its time counts to the period
 * before it. If there is none, returns the oldest. Never the last one, because the member lives by it now.
 */
function toDrop(periods: readonly ZonePeriod[], now: Temporal.Instant): number {
  const runs = daysLived(periods, now);
  const droppable = periods.slice(0, -1).findIndex((_, i) => {
    const before = periods[i - 1];
    const longer = before === undefined ? [] : runsOf(before, periods[i + 1]?.since ?? null, now);
    const [first, last] = [Math.max(0, i - reach), i + 1 + reach];
    const without = [...runs.slice(first, Math.max(first, i - 1)), longer, ...runs.slice(i + 1, last)];
    return isSameDays(runs.slice(first, last).flat(), without.flat());
  });
  return Math.max(droppable, 0);
}

function isSameDays(some: readonly Run[], others: readonly Run[]): boolean {
  const [one, other] = [union(some), union(others)];
  return one.length === other.length && one.every(({ from, to }, i) => from === other[i]?.from && to === other[i]?.to);
}

/** Returns the same days in as few runs as possible, oldest first. */
function union(runs: readonly Run[]): readonly Run[] {
  const joined: Run[] = [];
  for (const run of runs.filter(({ from, to }) => from <= to).sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const before = joined.at(-1);
    if (before === undefined || run.from > addDays(before.to, 1)) joined.push(run);
    else if (run.to > before.to) joined.splice(-1, 1, { from: before.from, to: run.to });
  }
  return joined;
}

function isSamePlace(one: ZonePeriod, other: ZonePeriod): boolean {
  return one.zone === other.zone && one.dayEndsAt === other.dayEndsAt;
}
