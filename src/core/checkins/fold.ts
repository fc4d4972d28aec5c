import type { Member, Span, ZonePeriod } from '../members/member.ts';
import { daysNeverLived } from '../members/member-day.ts';
import type { Person } from '../members/person.ts';
import { periodsMax, withPeriod } from '../members/zone-periods.ts';
import type { StoreReads, StoreWrites } from '../ports.ts';
import { addDays, type Day, epochDay, fromEpochDay, type Temporal } from '../time.ts';
import { foldStreak, type Streak } from './streak.ts';

/** How many zone periods that are not read any more are removed with one change, so that it holds nobody up. */
const unreadAtOnce = 500;

type Reads = Pick<StoreReads, 'checkIns' | 'members'>;

/** A member's days: which were checked in, which do not count against them, and the streak that follows. */
export interface MemberDays {
  readonly streak: Streak;
  /** The last day before today that the member lived. */
  readonly yesterday: Day;
  readonly days: readonly Day[];
  /** Is today, or the day given, inside a pause? */
  paused(day: Day): boolean;
  /** As they are once that day is checked in too. */
  with(day: Day): MemberDays;
}

export async function memberDays(
  reads: Reads,
  member: Member,
  person: Person,
  now: Temporal.Instant,
): Promise<MemberDays> {
  return fold(await readFacts(reads, member), member, person, now);
}

/** The streak as it would be now with each of these lists of pauses. */
export async function streaksWith(
  reads: Reads,
  member: Member,
  person: Person,
  now: Temporal.Instant,
  choices: readonly (readonly Span[])[],
): Promise<readonly Streak[]> {
  const facts = await readFacts(reads, member);
  return choices.map((pauses) => fold({ ...facts, pauses }, member, person, now).streak);
}

/** What a member's days follow from. */
interface Facts {
  readonly days: readonly Day[];
  readonly pauses: readonly Span[];
  readonly periods: readonly ZonePeriod[];
}

async function readFacts(reads: Reads, member: Member): Promise<Facts> {
  const [days, pauses, periods] = await Promise.all([
    reads.checkIns.days(member.id),
    reads.members.pauses(member.id),
    reads.members.zonePeriods(member.id),
  ]);
  return { days, pauses, periods };
}

function fold({ days, pauses, periods }: Facts, member: Member, person: Person, now: Temporal.Instant): MemberDays {
  const never = daysNeverLived(withNow(periods, person, now), now);
  const yesterday = dayBefore(person.today, never);
  const paused = (day: Day): boolean =>
    pauses.some(({ from, until }) => from <= day && (until === null || day <= until));
  const excused = excusedDays([yesterday, ...days, person.today].sort(), pauses, never);
  const over = (days: readonly Day[], bestBefore: number): MemberDays => {
    const { best, ...streak } = foldStreak(days, excused, person.today);
    // What a member has once seen as their best stays, also when a pause is taken back.
    const kept = Math.max(best, bestBefore);
    return {
      streak: { ...streak, best: kept },
      yesterday,
      days,
      paused,
      with: (day) => (days.includes(day) ? over(days, kept) : over([...days, day].sort(), kept)),
    };
  };
  return over(days, member.bestInARow);
}

/** The days never lived, and those of pauses from the first to the last of `days`, which are oldest first. */
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
 * Notes the zone that the member lives by now, so that dates they never lived are known, and keeps their longest streak
 * where it has grown. To be called with every change that can lengthen it: of zone, day end or pause, and each check-in.
 */
export async function settleDays(
  tx: StoreWrites,
  member: Member,
  person: Person,
  now: Temporal.Instant,
): Promise<MemberDays> {
  const facts = await readFacts(tx, member);
  const periods = withNow(facts.periods, person, now);
  if (periods !== facts.periods) await replacePeriods(tx, member, facts.periods, periods);
  const days = fold({ ...facts, periods }, member, person, now);
  if (days.streak.best > member.bestInARow) await tx.members.raiseBest(member.id, days.streak.best);
  return days;
}

/** The same with a check-in of `day`, which has just been kept. */
export async function settleCheckIn(
  tx: StoreWrites,
  member: Member,
  before: MemberDays,
  day: Day,
): Promise<MemberDays> {
  const after = before.with(day);
  if (after.streak.best > before.streak.best) await tx.members.raiseBest(member.id, after.streak.best);
  return after;
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

/** The periods as they will stand once the zone that holds now is noted. */
function withNow(
  periods: readonly ZonePeriod[],
  { zone, dayEndsAt }: Person,
  now: Temporal.Instant,
): readonly ZonePeriod[] {
  return withPeriod(periods, { since: now, zone, dayEndsAt });
}

function dayBefore(today: Day, never: ReadonlySet<Day>): Day {
  let day = addDays(today, -1);
  while (never.has(day)) day = addDays(day, -1);
  return day;
}
