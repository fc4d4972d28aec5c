import type { Member, Pause, ZonePeriod } from '../members/member.ts';
import { daysNeverLived } from '../members/member-day.ts';
import type { Person } from '../members/person.ts';
import type { StoreReads, StoreWrites } from '../ports.ts';
import { addDays, type Day, Temporal } from '../time.ts';
import { foldStreak, type Streak } from './streak.ts';

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

/** What a member's days follow from. */
interface Facts {
  readonly days: readonly Day[];
  readonly pauses: readonly Pause[];
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
  const over = (days: readonly Day[], bestBefore: number): MemberDays => {
    const { best, ...streak } = foldStreak(days, excusedDays(days, pauses, never, person.today), person.today);
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

function excusedDays(
  days: readonly Day[],
  pauses: readonly Pause[],
  never: ReadonlySet<Day>,
  today: Day,
): ReadonlySet<Day> {
  const excused = new Set(never);
  const first = days[0] ?? today;
  const last = days.at(-1) ?? today;
  for (const { from, until } of pauses) {
    const end = [until ?? today, last > today ? last : today].sort()[0] as Day;
    for (let day = from > first ? from : first; day <= end; day = addDays(day, 1)) excused.add(day);
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
  if (withNow(facts.periods, person, now) !== facts.periods) {
    await tx.members.addZonePeriod(member.id, { since: now, zone: person.zone, dayEndsAt: person.dayEndsAt });
  }
  const days = fold(facts, member, person, now);
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

/** The periods as they will stand once the zone that holds now is noted. */
function withNow(
  periods: readonly ZonePeriod[],
  { zone, dayEndsAt }: Person,
  now: Temporal.Instant,
): readonly ZonePeriod[] {
  const before = periods.findLast(({ since }) => Temporal.Instant.compare(since, now) <= 0);
  if (before?.zone === zone && before.dayEndsAt === dayEndsAt) return periods;
  return [...periods, { since: now, zone, dayEndsAt }].sort((a, b) => Temporal.Instant.compare(a.since, b.since));
}

function dayBefore(today: Day, never: ReadonlySet<Day>): Day {
  let day = addDays(today, -1);
  while (never.has(day)) day = addDays(day, -1);
  return day;
}
