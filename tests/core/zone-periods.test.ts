import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldStreak, type Streak } from '../../src/core/checkins/streak.ts';
import type { ZonePeriod } from '../../src/core/members/member.ts';
import { daysNeverLived, memberDay, runsOf } from '../../src/core/members/member-day.ts';
import { periodsMax, withPeriod } from '../../src/core/members/zone-periods.ts';
import { addDays, type ClockTime, type Day, midnight, Temporal, type ZoneId } from '../../src/core/values/time.ts';
import { volume } from '../support/volume.ts';

const six = '06:00' as ClockTime;
const period = (local: string, zone: string, dayEndsAt = midnight): ZonePeriod => ({
  since: Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant(),
  zone: zone as ZoneId,
  dayEndsAt,
});
const inWords = (periods: readonly ZonePeriod[]) =>
  periods.map(({ since, zone, dayEndsAt }) => `${zone} ${dayEndsAt} since ${String(since)}`);

describe('the zones that a member has lived by', () => {
  it('are one for the changes of one day: the last', () => {
    const day = [period('2026-05-01T09:00', 'America/New_York'), period('2026-05-04T09:00', 'Europe/London')];
    const periods = [period('2026-05-04T11:00', 'Europe/Paris'), period('2026-05-04T15:00', 'Europe/Rome', six)];
    expect(inWords(periods.reduce(withPeriod, day))).toEqual([
      'America/New_York 00:00 since 2026-05-01T13:00:00Z',
      'Europe/Rome 06:00 since 2026-05-04T08:00:00Z',
    ]);
  });

  it('leave no trace of a change that is taken back within the day', () => {
    const before = [period('2026-05-01T09:00', 'America/New_York')];
    const there = withPeriod(before, period('2026-05-04T09:00', 'Europe/London'));
    const back = withPeriod(there, period('2026-05-04T09:20', 'America/New_York'));
    expect(inWords(back)).toEqual(inWords(before));
  });

  it('stay two where one of the two alone lived a date', () => {
    const before = [period('2026-05-01T09:00', 'Pacific/Honolulu')];
    const there = withPeriod(before, period('2026-05-04T12:00', 'Pacific/Kiritimati'));
    expect(withPeriod(there, period('2026-05-04T12:20', 'Pacific/Kiritimati', six))).toHaveLength(2);
    // 4 May was lived in Kiritimati only; in Honolulu it is still the 3rd.
    expect(withPeriod(there, period('2026-05-03T12:20', 'Pacific/Honolulu'))).toHaveLength(3);
  });

  it('are not noted again while they stay the same', () => {
    const before = [period('2026-05-01T09:00', 'America/New_York')];
    expect(withPeriod(before, period('2026-06-01T09:00', 'America/New_York'))).toBe(before);
  });

  it('are a hundred at most, and change no streak by it', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1_000, maxLength: 1_000 }), (steps) => {
        const all = new Everything();
        let capped: readonly ZonePeriod[] = [];
        let now = Temporal.Instant.from('2026-01-01T12:00Z');
        for (const { minutes, zone, dayEndsAt, checksIn } of steps) {
          now = now.add({ minutes });
          capped = withPeriod(capped, { since: now, zone, dayEndsAt });
          all.add({ since: now, zone, dayEndsAt });
          const today = memberDay(now, zone, dayEndsAt);
          if (checksIn) all.checkIns.add(today);
          expect(capped.length).toBeLessThanOrEqual(periodsMax);
          const checkIns = [...all.checkIns].sort();
          expect(foldStreak(checkIns, daysNeverLived(capped, now), today)).toEqual(all.streak(today));
        }
      }),
      { numRuns: volume({ usual: 1, full: 2, soak: 10 }), endOnFailure: true },
    );
  });
});

/** Every period there ever was, and the days lived by them. */
class Everything {
  readonly checkIns = new Set<Day>();
  readonly #lived = new Set<Day>();
  #last: ZonePeriod | undefined;

  add(next: ZonePeriod): void {
    if (this.#last !== undefined) this.#live(this.#last, next.since);
    this.#lived.add(memberDay(next.since, next.zone, next.dayEndsAt));
    this.#last = next;
  }

  streak(today: Day): Streak {
    const lived = [...this.#lived].sort();
    const [first, last] = [lived[0] ?? today, lived.at(-1) ?? today];
    const never = new Set<Day>();
    for (let day = first; day < last; day = addDays(day, 1)) if (!this.#lived.has(day)) never.add(day);
    return foldStreak([...this.checkIns].sort(), never, today);
  }

  #live(period: ZonePeriod, until: Temporal.Instant): void {
    for (const { from, to } of runsOf(period, until, until)) {
      for (let day = from; day <= to; day = addDays(day, 1)) this.#lived.add(day);
    }
  }
}

const overTheDateLine = [
  'Pacific/Pago_Pago',
  'Pacific/Kiritimati',
  'Pacific/Apia',
  'Pacific/Honolulu',
  'Pacific/Auckland',
];
const ordinary = [
  'America/New_York',
  'America/Los_Angeles',
  'America/Sao_Paulo',
  'America/Mexico_City',
  'America/St_Johns',
  'Europe/London',
  'Europe/Paris',
  'Europe/Moscow',
  'Africa/Cairo',
  'Africa/Lagos',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'UTC',
];
/** 1,000 of them are some 1,500 days. */
const step = fc.record({
  minutes: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 20 * 60, max: 30 * 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 600 }) },
    { weight: 2, arbitrary: fc.integer({ min: 1_440, max: 4 * 1_440 }) },
  ),
  zone: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...ordinary) },
    { weight: 1, arbitrary: fc.constantFrom(...overTheDateLine) },
  ) as fc.Arbitrary<ZoneId>,
  dayEndsAt: fc.constantFrom('00:00', '01:45', '04:00', '06:00') as fc.Arbitrary<ClockTime>,
  checksIn: fc
    .boolean()
    .chain((often) => (often ? fc.constant(true) : fc.integer({ min: 0, max: 3 }).map((n) => n > 0))),
});
