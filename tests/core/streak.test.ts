import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldStreak } from '../../src/core/checkins/streak.ts';
import type { ZonePeriod } from '../../src/core/members/member.ts';
import { daysNeverLived, memberDay } from '../../src/core/members/member-day.ts';
import { addDays, type ClockTime, type Day, midnight, Temporal, type ZoneId } from '../../src/core/values/time.ts';
import golden from './golden/streaks.json' with { type: 'json' };

describe('a streak', () => {
  it.each(golden.fold)('$name', ({ checkIns, excused, today, expect: expected }) => {
    const { inARow, best, total } = foldStreak(checkIns as Day[], new Set(excused as Day[]), today as Day);
    expect({ inARow, best, total }).toEqual(expected);
  });

  const start = '2026-01-01' as Day;
  const someDays = fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 61 })
    .map((days) => days.toSorted((a, b) => a - b).map((day) => addDays(start, day)));

  it('never falls by checking in', () => {
    fc.assert(
      fc.property(someDays, fc.integer({ min: 0, max: 70 }), (days, at) => {
        const today = addDays(start, at);
        const before = foldStreak(days, new Set(), today);
        const after = foldStreak([...new Set([...days, today])].toSorted(), new Set(), today);
        expect(after.inARow).toBeGreaterThanOrEqual(before.inARow);
        expect(after.best).toBeGreaterThanOrEqual(before.best);
        expect(after.total).toBeGreaterThanOrEqual(before.total);
      }),
    );
  });

  it('is whole again when a pause covers every day that was missed', () => {
    fc.assert(
      fc.property(someDays, (days) => {
        const all = Array.from({ length: 61 }, (_, day) => addDays(start, day));
        const missed = new Set(all.filter((day) => !days.includes(day)));
        const { inARow, best, total } = foldStreak(days, missed, addDays(start, 60));
        expect([inARow, best, total]).toEqual([days.length, days.length, days.length]);
      }),
    );
  });

  it('waits for nobody: an absence of forty years is folded at once', () => {
    expect(foldStreak(['1986-01-01' as Day], new Set(), '2026-01-01' as Day)).toMatchObject({ inARow: 0, total: 1 });
  });
});

describe('days', () => {
  it('are counted as the calendar does, from the year 1 to 9999', () => {
    const first = Temporal.PlainDate.from('0001-01-01');
    const length = first.until('9999-12-31').days;
    const anyDay = fc.integer({ min: 0, max: length });
    fc.assert(
      fc.property(anyDay, anyDay, (from, to) => {
        const [day, other] = [first.add({ days: from }).toString(), first.add({ days: to }).toString()];
        expect(addDays(day as Day, to - from)).toBe(other);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a member day', () => {
  it.each(golden.memberDay)('$instant in $zone, day end $dayEndsAt', ({
    instant,
    zone,
    dayEndsAt,
    expect: expected,
  }) => {
    expect(memberDay(Temporal.Instant.from(instant), zone as ZoneId, dayEndsAt as ClockTime)).toBe(expected);
  });
});

describe('dates that a member never lived', () => {
  const period = (local: string, zone: string, dayEndsAt = midnight): ZonePeriod => ({
    since: Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant(),
    zone: zone as ZoneId,
    dayEndsAt,
  });
  const at = (local: string, zone: string) => Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();

  it('are those that a flight over the date line skipped', () => {
    const periods = [period('2026-05-01T09:00', 'Pacific/Honolulu'), period('2026-05-04T00:30', 'Pacific/Kiritimati')];
    expect([...daysNeverLived(periods, at('2026-05-06T12:00', 'Pacific/Kiritimati'))]).toEqual([]);
    const late = [period('2026-05-01T09:00', 'Pacific/Honolulu'), period('2026-05-04T22:30', 'Pacific/Kiritimati')];
    expect([...daysNeverLived(late, at('2026-05-06T12:00', 'Pacific/Kiritimati'))]).toEqual([]);
    // 2 May 23:00 in Honolulu is 3 May 23:00 in Kiritimati: with a day that ends at 05:00 there, 4 May comes next.
    const skipping = [
      period('2026-05-01T09:00', 'Pacific/Honolulu', '06:00' as ClockTime),
      { ...period('2026-05-03T05:59', 'Pacific/Honolulu'), zone: 'Pacific/Kiritimati' as ZoneId },
    ];
    expect([...daysNeverLived(skipping, at('2026-05-06T12:00', 'Pacific/Kiritimati'))]).toEqual(['2026-05-03']);
  });

  it('are lived after all by someone who turns back', () => {
    const back = [
      period('2026-05-01T09:00', 'Pacific/Honolulu', '06:00' as ClockTime),
      { ...period('2026-05-03T05:00', 'Pacific/Honolulu'), zone: 'Pacific/Kiritimati' as ZoneId },
      period('2026-05-03T05:30', 'Pacific/Honolulu', '06:00' as ClockTime),
    ];
    expect([...daysNeverLived(back, at('2026-05-06T12:00', 'Pacific/Honolulu'))]).toEqual([]);
  });

  it('are those that a country left out', () => {
    const samoa = [period('2011-12-01T09:00', 'Pacific/Apia')];
    expect([...daysNeverLived(samoa, at('2012-01-02T12:00', 'Pacific/Apia'))]).toEqual(['2011-12-30']);
    const years = [period('1994-01-01T09:00', 'Pacific/Kiritimati'), period('2001-01-01T09:00', 'Pacific/Apia')];
    expect([...daysNeverLived(years, at('2020-01-02T12:00', 'Pacific/Apia'))]).toEqual(['1994-12-31', '2011-12-30']);
  });
});
