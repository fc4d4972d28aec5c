import type { StoreReads, StoreWrites } from '../conversation/store.ts';
import type { Member, Span, ZonePeriod } from '../members/member.ts';
import { daysNeverLived } from '../members/member-day.ts';
import type { Person } from '../members/person.ts';
import { periodsMax, withPeriod } from '../members/zone-periods.ts';
import { addDays, type Day, epochDay, fromEpochDay, type Temporal } from '../values/time.ts';
import type { CheckIn } from './checkin.ts';
import type { History } from './store.ts';
import { foldStreak, foldThrough, type Streak, type StreakCheckpoint } from './streak.ts';

/** How many unused zone periods one change deletes, so that it stays fast. */
const unreadAtOnce = 500;

type Reads = Pick<StoreReads, 'checkIns'>;

/** A member's days: the check-ins, the excused days, and the resulting streak. */
export interface MemberDays {
  readonly streak: Streak;
  /** The checkpoint at the day before yesterday, because yesterday can still be filled in. */
  readonly folded: StreakCheckpoint;
  /** The last day before today that the member lived. */
  readonly yesterday: Day;
  isCheckedIn(day: Day): boolean;
  /** @param day yesterday or later */
  checkIn(day: Day): CheckIn | null;
  paused(day: Day): boolean;
  /** Returns the days with a check-in added for `day`, which is yesterday or today. */
  with(day: Day): MemberDays;
}

export async function memberDays(
  reads: Reads,
  member: Member,
  person: Person,
  now: Temporal.Instant,
): Promise<MemberDays> {
  const { facts } = await readFacts(reads, member, person, now);
  return fold(facts, member, person);
}

/** Returns the current streak for each of these lists of pauses. */
export async function streaksWith(
  reads: Reads,
  member: Member,
  person: Person,
  now: Temporal.Instant,
  choices: readonly (readonly Span[])[],
): Promise<readonly Streak[]> {
  const { facts } = await readFacts(reads, member, person, now, 'whole');
  return choices.map((pauses) => fold({ ...facts, pauses }, member, person).streak);
}

/** The input for a member's days. */
interface Facts extends Pick<History, 'days' | 'checkIn' | 'folded'> {
  readonly pauses: readonly Span[];
  readonly never: ReadonlySet<Day>;
  readonly yesterday: Day;
}

/** The stored data, and what follows from it in the member's current zone. */
interface Read {
  readonly facts: Facts;
  readonly stored: History;
  readonly periods: readonly ZonePeriod[];
}

/**
 * Reads all days if the checkpoint does not hold, because another zone or day end changes which days were lived, and
 * after the clock was set back, a folded day may be today again.
 */
async function readFacts(
  reads: Reads,
  member: Member,
  person: Person,
  now: Temporal.Instant,
  whole?: 'whole',
): Promise<Read> {
  const stored = await reads.checkIns.history(member.id, whole);
  const periods = withPeriod(stored.periods, { since: now, zone: person.zone, dayEndsAt: person.dayEndsAt });
  const never = daysNeverLived(periods, now);
  const yesterday = dayBefore(person.today, never);
  const { folded } = stored;
  const holds = folded === null || (periods === stored.periods && folded.through < yesterday);
  if (!holds) return { ...(await readFacts(reads, member, person, now, 'whole')), stored };
  return { facts: { ...stored, never, yesterday }, stored, periods };
}

function fold(facts: Facts, member: Member, { today }: Person): MemberDays {
  const { folded, days, checkIn, pauses, never, yesterday } = facts;
  const paused = (day: Day): boolean =>
    pauses.some(({ from, until }) => from <= day && (until === null || day <= until));
  const range = [folded?.through ?? days[0] ?? yesterday, days.at(-1) ?? today, yesterday, today].sort();
  const excused = excusedDays(range, pauses, never);
  const before = foldThrough(addDays(yesterday, -1), days, excused, folded);
  const over = (checkedIn: readonly Day[], bestBefore: number): MemberDays => {
    const { best, ...streak } = foldStreak(checkedIn, excused, today, folded);
    // A best streak that the member has seen stays, even if a pause is removed.
    const kept = Math.max(best, bestBefore);
    return {
      streak: { ...streak, best: kept },
      folded: before,
      yesterday,
      isCheckedIn: (day) => checkedIn.includes(day),
      checkIn,
      paused,
      with: (day) => (checkedIn.includes(day) ? over(checkedIn, kept) : over([...checkedIn, day].sort(), kept)),
    };
  };
  return over(days, member.bestInARow);
}

/** Returns the days never lived, and the pause days between the first and last of `days`, which are oldest first. */
function excusedDays(days: readonly Day[], pauses: readonly Span[], never: ReadonlySet<Day>): ReadonlySet<Day> {
  const excused = new Set(never);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return excused;
  for (const { from, until } of pauses) {
    const begin = epochDay(from > first ? from : first);
    const end = epochDay(until === null || until > last ? last : until);
    for (let day = begin; day <= end; day += 1) excused.add(fromEpochDay(day));
  }
  return excused;
}

/**
 * Saves the member's current zone, so that dates they never lived are known, and their best streak if it has grown.
 * Call it with every change that can lengthen the streak: of zone, day end or pause.
 */
export async function settleDays(
  tx: StoreWrites,
  member: Member,
  person: Person,
  now: Temporal.Instant,
): Promise<MemberDays> {
  const days = await daysHere(tx, member, person, now);
  await keepStreak(tx, member, days);
  return days;
}

/** Returns the member's days after saving their current zone. Call `keepStreak` once a day is checked in. */
export async function daysHere(
  tx: StoreWrites,
  member: Member,
  person: Person,
  now: Temporal.Instant,
): Promise<MemberDays> {
  const { facts, stored, periods } = await readFacts(tx, member, person, now);
  if (periods !== stored.periods) {
    if (stored.folded !== null) await tx.checkIns.keepStreak(member.id, 0, null);
    await replacePeriods(tx, member, stored.periods, periods);
  }
  return fold(facts, member, person);
}

/** Saves the best streak if it has grown, and the checkpoint. */
export function keepStreak(tx: StoreWrites, member: Member, { streak, folded }: MemberDays): Promise<void> {
  return tx.checkIns.keepStreak(member.id, streak.best, folded);
}

async function replacePeriods(
  tx: StoreWrites,
  member: Member,
  before: readonly ZonePeriod[],
  after: readonly ZonePeriod[],
): Promise<void> {
  const dropped = before.filter(({ since }) => !after.some((period) => period.since.equals(since)));
  for (const { since } of dropped) await tx.members.removeZonePeriod(member.id, since);
  for (const period of after) if (!before.includes(period)) await tx.members.addZonePeriod(member.id, period);
  // Earlier versions stored more periods than are read now, so the ones before the oldest that is read are deleted.
  const [oldest] = before;
  if (before.length >= periodsMax && oldest !== undefined) {
    await tx.members.removeZonePeriodsBefore(member.id, oldest.since, unreadAtOnce);
  }
}

function dayBefore(today: Day, never: ReadonlySet<Day>): Day {
  let day = addDays(today, -1);
  while (never.has(day)) day = addDays(day, -1);
  return day;
}
