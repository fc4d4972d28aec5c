import { z } from 'zod';
import { addDays, type Day, dayText, epochDay, fromEpochDay } from '../values/time.ts';

/** Check-ins in a row; never days of abstinence. */
export interface Streak {
  readonly inARow: number;
  readonly best: number;
  readonly total: number;
  readonly first: Day | null;
}

/** Checkpoint: the streak at the end of the day `through`, from which the fold can continue. Stored as JSON. */
export const streakCheckpoint = z.strictObject({
  through: dayText,
  inARow: z.number(),
  best: z.number(),
  total: z.number(),
  first: dayText.nullable(),
  /** Days checked in since the last missed day; at least `forgivenessLivedDays` if none was missed yet. */
  livedSinceMiss: z.number(),
});
export type StreakCheckpoint = z.infer<typeof streakCheckpoint>;

/**
 * A missed day ends the streak if fewer lived days than this separate it from the missed day before: one miss in seven
 * days is forgiven.
 */
const forgivenessLivedDays = 6;

/**
 * Computes the streak forward over the member's days.
 * A day in `excused` (a pause, a date never lived) without a check-in is skipped. Any other day without a check-in is
 * missed once it has ended: the first in seven lived days is forgiven and adds nothing, the second ends the streak
 * there. Today has not ended.
 *
 * @param checkIns days with a check-in, oldest first, each once: all of them, or those after `from`. Some may be after
 *   `today`, because the member flew east.
 */
export function foldStreak(
  checkIns: readonly Day[],
  excused: ReadonlySet<Day>,
  today: Day,
  from: StreakCheckpoint | null = null,
): Streak {
  const { inARow, best, total, first } = foldThrough(addDays(today, -1), checkIns, excused, from);
  const later = checkIns.filter((day) => day >= today);
  const current = inARow + later.length;
  return {
    inARow: current,
    best: Math.max(best, current),
    total: total + later.length,
    first: first ?? later[0] ?? null,
  };
}

/** Computes the streak up to the end of `through`, without later check-ins. */
export function foldThrough(
  through: Day,
  checkIns: readonly Day[],
  excused: ReadonlySet<Day>,
  from: StreakCheckpoint | null,
): StreakCheckpoint {
  let { inARow, best, livedSinceMiss } = from ?? { inARow: 0, best: 0, livedSinceMiss: forgivenessLivedDays };
  let before = from?.through ?? null;
  const days = checkIns.filter((day) => day <= through);
  for (const day of days) {
    if (before !== null) miss(missedBetween(before, day));
    inARow += 1;
    livedSinceMiss += 1;
    best = Math.max(best, inARow);
    before = day;
  }
  if (before !== null) miss(missedBetween(before, addDays(through, 1)));
  const total = (from?.total ?? 0) + days.length;
  return { through, inARow, best, total, first: from?.first ?? days[0] ?? null, livedSinceMiss };

  function miss(missed: number): void {
    if (missed === 0 || inARow === 0) return;
    if (missed === 1 && livedSinceMiss >= forgivenessLivedDays) livedSinceMiss = 0;
    else {
      inARow = 0;
      livedSinceMiss = forgivenessLivedDays;
    }
  }

  /** Counts the days between two lived days that ended without a check-in and were not excused. */
  function missedBetween(after: Day, until: Day): number {
    let missed = 0;
    // Stops at two missed days, because they end any streak, so an absence of years costs no more than one of two days.
    for (let at = epochDay(after) + 1; at < epochDay(until) && missed < 2; at += 1) {
      if (!excused.has(fromEpochDay(at))) missed += 1;
    }
    return missed;
  }
}
