import { type Day, epochDay, fromEpochDay } from '../time.ts';

/** Check-ins in a row; never days of abstinence. */
export interface Streak {
  readonly inARow: number;
  readonly best: number;
  readonly total: number;
  readonly first: Day | null;
}

/** Another missed day among this many lived days before one ends the streak: one miss in seven days is forgiven. */
const forgivenessLivedDays = 6;

/**
 * The streak, folded forward over the member's days.
 * A day in `excused` (a pause, a date never lived) without a check-in is as if it had not been. Any other day without a
 * check-in is missed once it has ended: the first in seven lived days is forgiven and adds nothing, the second ends the
 * streak there. Today has not ended.
 *
 * @param checkIns days with a check-in, oldest first, each once. Some may lie after `today`: the member flew east.
 */
export function foldStreak(checkIns: readonly Day[], excused: ReadonlySet<Day>, today: Day): Streak {
  const first = checkIns[0] ?? null;
  let inARow = 0;
  let best = 0;
  let livedSinceMiss = Number.POSITIVE_INFINITY;
  let before: Day | null = null;

  for (const day of checkIns) {
    if (before !== null) miss(missedBetween(before, day));
    inARow += 1;
    livedSinceMiss += 1;
    best = Math.max(best, inARow);
    before = day;
  }
  if (before !== null) miss(missedBetween(before, today));
  return { inARow, best, total: checkIns.length, first };

  function miss(missed: number): void {
    if (missed === 0 || inARow === 0) return;
    if (missed === 1 && livedSinceMiss >= forgivenessLivedDays) livedSinceMiss = 0;
    else {
      inARow = 0;
      livedSinceMiss = Number.POSITIVE_INFINITY;
    }
  }

  /** Days between two others that were lived, ended without a check-in, and were not excused. */
  function missedBetween(from: Day, to: Day): number {
    let missed = 0;
    // Two missed days end any streak, so an absence of years costs no more than one of two days.
    for (let at = epochDay(from) + 1; at < epochDay(to) && missed < 2; at += 1) {
      const day = fromEpochDay(at);
      if (day < today && !excused.has(day)) missed += 1;
    }
    return missed;
  }
}
