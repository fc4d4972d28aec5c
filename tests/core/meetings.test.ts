import { describe, expect, it } from 'vitest';
import { clockMinute, durationMinutes } from '../../src/core/meetings/clock.ts';
import { webLinkIn } from '../../src/core/meetings/link.ts';
import type { MeetingTime } from '../../src/core/meetings/meeting.ts';
import { readMeetingGuide } from '../../src/core/meetings/meeting-guide.ts';
import { indexMeetings } from '../../src/core/meetings/meeting-index.ts';
import { meetingsSoon } from '../../src/core/meetings/soon.ts';
import { atWallClock, Temporal, type ZoneId } from '../../src/core/values/time.ts';

const newYork = 'America/New_York' as ZoneId;
const at = (local: string, zone = newYork) => Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();

function meeting(
  weekday: number,
  start: string,
  end: string | null = null,
  zone: ZoneId | null = newYork,
): MeetingTime {
  const startMinute = clockMinute(start) ?? 0;
  const slug = `${weekday} ${start}`;
  const ref = { importId: 'one', slug, weekday, startMinute };
  return { ref, weekday, startMinute, durationMinutes: durationMinutes(startMinute, clockMinute(end)), zone };
}

/** As the bot asks, with every meeting that is on now. */
async function soonOf(times: readonly MeetingTime[], now: Temporal.Instant, count: number) {
  const index = await indexMeetings(times, now);
  const soon = meetingsSoon(index, now, { onNow: times.length, next: count });
  return { ...soon, zoneUnknown: index.zoneUnknown.times };
}

const local = (instant: Temporal.Instant, zone = newYork) =>
  instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' });

describe('the next meetings', () => {
  it('show last night’s meeting as on now, a quarter past midnight', async () => {
    const { onNow } = await soonOf([meeting(7, '23:30', '00:30')], at('2026-03-02T00:15'), 5);
    expect(onNow.map(({ startsAt }) => local(startsAt))).toEqual(['2026-03-01T23:30']);
  });

  it('go on across the week’s end', async () => {
    const soon = await soonOf(
      [meeting(7, '22:00'), meeting(1, '07:00'), meeting(1, '00:00')],
      at('2026-03-01T23:59'),
      5,
    );
    expect(soon.next.map(({ startsAt }) => local(startsAt))).toEqual([
      '2026-03-02T00:00',
      '2026-03-02T07:00',
      '2026-03-08T22:00',
    ]);
  });

  it('are at the right hour for someone whose clocks change before theirs', async () => {
    const london = 'Europe/London' as ZoneId;
    const { next } = await soonOf([meeting(2, '19:00')], at('2026-10-31T12:00', london), 5);
    expect(next.map(({ startsAt }) => local(startsAt, london))).toEqual(['2026-11-04T00:00']);
  });

  it('are right in the night in which the clocks go back, in both hours that come twice', async () => {
    const all = [meeting(7, '01:30'), meeting(7, '02:30'), meeting(7, '00:30')];
    const first = (await soonOf(all, at('2026-11-01T00:15'), 2)).next.map(({ startsAt }) => startsAt.toString());
    expect(first).toEqual(['2026-11-01T04:30:00Z', '2026-11-01T05:30:00Z']);
    // 01:40 for the second time: the 01:30 was an hour and ten minutes ago, and comes again in a week.
    const second = (await soonOf(all, Temporal.Instant.from('2026-11-01T06:40Z'), 3)).next;
    expect(second.map(({ startsAt }) => local(startsAt))).toEqual([
      '2026-11-01T02:30',
      '2026-11-08T00:30',
      '2026-11-08T01:30',
    ]);
    // 01:10 for the second time: the 01:30 has been, though the wall clock has it ahead.
    const between = (await soonOf(all, Temporal.Instant.from('2026-11-01T06:10Z'), 1)).next;
    expect(between.map(({ startsAt }) => local(startsAt))).toEqual(['2026-11-01T02:30']);
  });

  it('begin after the gap when the clocks skip their time', async () => {
    const { next } = await soonOf([meeting(7, '02:30')], at('2026-03-08T01:00'), 1);
    expect(next.map(({ startsAt }) => local(startsAt))).toEqual(['2026-03-08T03:00']);
    expect(
      atWallClock(Temporal.PlainDate.from('2026-03-08'), Temporal.PlainTime.from('02:30'), newYork).toString(),
    ).toBe('2026-03-08T07:00:00Z');
  });

  it('agree with walking through every minute of two weeks, at every hour of the year’s two clock changes', async () => {
    const zones = [newYork, 'Europe/London', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Los_Angeles'] as ZoneId[];
    const all = zones.flatMap((zone, i) =>
      [1, 2, 3, 4, 5, 6, 7].flatMap((day) => [
        meeting(day, `0${(day + i) % 10}:${i}5`, null, zone),
        meeting(day, `2${(day + i) % 4}:${i}0`, '00:45', zone),
      ]),
    );
    for (const start of ['2026-03-06T00:00Z', '2026-10-30T00:00Z', '2026-04-03T00:00Z']) {
      for (let hour = 0; hour < 72; hour += 5) {
        const now = Temporal.Instant.from(start).add({ hours: hour, minutes: 7 });
        const expected = all
          .flatMap((one) => occurrencesOf(one, now))
          .filter((instant) => Temporal.Instant.compare(instant, now) >= 0)
          .sort(Temporal.Instant.compare)
          .slice(0, 5)
          .map(String);
        const { next } = await soonOf(all, now, 5);
        expect(next.map(({ startsAt }) => String(startsAt))).toEqual(expected);
      }
    }
  });

  it('never show a time whose zone nobody gave as if it were known', async () => {
    const soon = await soonOf([meeting(1, '10:00', null, null)], at('2026-03-02T09:00'), 5);
    expect(soon.next).toEqual([]);
    expect(soon.zoneUnknown).toHaveLength(1);
  });
});

/** Day by day, the naive way. */
function occurrencesOf({ weekday, startMinute, zone }: MeetingTime, now: Temporal.Instant): Temporal.Instant[] {
  if (zone === null) return [];
  const today = now.toZonedDateTimeISO(zone).toPlainDate();
  const time = Temporal.PlainTime.from({ hour: Math.floor(startMinute / 60), minute: startMinute % 60 });
  return Array.from({ length: 17 }, (_, i) => today.add({ days: i - 2 }))
    .filter((date) => date.dayOfWeek === weekday)
    .map((date) => atWallClock(date, time, zone));
}

describe('a Meeting Guide feed', () => {
  const row = { slug: 'one', name: 'One', day: 0, time: '19:00', address: '1 Main St' };
  const read = (...rows: unknown[]) => readMeetingGuide([row, ...rows], newYork);

  it('mixes arrays of days and single days, and loses no meeting', () => {
    const { meetings } = read({ ...row, slug: 'two', day: [1, '3'] }, { ...row, slug: 'three', day: '6' });
    expect(meetings.map(({ slug, weekday }) => `${slug} ${weekday}`)).toEqual(['one 7', 'two 1', 'two 3', 'three 6']);
  });

  it('says of each row that it keeps out why', () => {
    const { meetings, keptOut } = read(
      'no row',
      { ...row, name: ' ' },
      { slug: 'a', name: 'A' },
      { ...row, slug: 'b', day: 9 },
      { ...row, slug: 'c', time: 'noonish' },
      { ...row, slug: 'd', types: ['TC'] },
      { ...row, slug: 'e', address: '' },
      row,
    );
    expect(meetings).toHaveLength(1);
    expect(Object.fromEntries(keptOut)).toEqual({
      'no object': 1,
      'no name': 1,
      'by appointment: no day or time': 1,
      'a day that is none of 0 to 6': 1,
      'a time that cannot be read': 1,
      'closed for now, and no link': 1,
      'no place and no link': 1,
      'the same meeting twice': 1,
    });
  });

  it('takes the zone of the record, else of its place, else of the feed, else none', () => {
    const zoneOf = (fields: object, feedZone: ZoneId | null = null) =>
      readMeetingGuide([{ ...row, ...fields }], feedZone).meetings.map(({ zone }) => zone);
    expect(zoneOf({ timezone: 'Europe/Paris', latitude: 40.7, longitude: -74 }, newYork)).toEqual(['Europe/Paris']);
    expect(zoneOf({ timezone: '', latitude: '37.77', longitude: '-122.42' }, newYork)).toEqual(['America/Los_Angeles']);
    expect(zoneOf({ timezone: ' ', latitude: 0, longitude: 0 }, newYork)).toEqual([newYork]);
    expect(zoneOf({ timezone: ' ' })).toEqual([null]);
  });

  it('is refused with a sentence when it is something else', () => {
    expect(() => readMeetingGuide({ records: [] }, null)).toThrow('This is no Meeting Guide feed');
    expect(() => readMeetingGuide([{ id_bigint: '2' }], null)).toThrow('This is no Meeting Guide feed');
  });

  it('reads the lengths that people write', () => {
    expect(durationMinutes(23 * 60 + 30, 30)).toBe(60);
    expect(durationMinutes(12 * 60, 60)).toBe(60);
    expect(durationMinutes(9 * 60, 17 * 60)).toBe(480);
    expect(durationMinutes(600, 600)).toBeNull();
    expect(['8:00 PM', '12:00 AM', '12:15 pm', '07:05', '23:59:00', '24:00', '13:00 PM', ''].map(clockMinute)).toEqual([
      1200,
      0,
      735,
      425,
      1439,
      null,
      null,
      null,
    ]);
  });

  it('can hide nothing in a link', () => {
    expect(webLinkIn('zoom.us/j/123')).toBe('https://zoom.us/j/123');
    for (const link of [
      'javascript:alert(1)',
      'javascript://example.org/%0aalert(1)',
      'file://example.org/a',
      'data:text/html,x',
    ]) {
      expect(webLinkIn(link)).toBeNull();
    }
    expect(webLinkIn('https://someone:secret@zoom.us/j/1')).toBeNull();
    expect(webLinkIn('Password 123')).toBeNull();
    expect(webLinkIn('https://gcc02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F1&data=x')).toBe(
      'https://zoom.us/j/1',
    );
  });
});
