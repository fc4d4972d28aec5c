import { describe, expect, it } from 'vitest';
import type { MeetingTime } from '../../src/core/meetings/meeting.ts';
import { indexMeetings } from '../../src/core/meetings/meeting-index.ts';
import { meetingsSoon, type Occurrence } from '../../src/core/meetings/soon.ts';
import type { MeetingsRead } from '../../src/core/meetings/store.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { HandrailError } from '../../src/core/values/errors.ts';
import { Temporal, utc, type ZoneId } from '../../src/core/values/time.ts';
import { meeting } from '../contracts/storage/fixtures.ts';
import { everyMeetingSoon } from '../support/every-meeting.ts';
import { memoryStore } from '../support/memory-store.ts';

const zones = (
  'America/New_York Europe/London Australia/Lord_Howe Asia/Kolkata Pacific/Apia America/Nuuk Africa/Casablanca ' +
  'America/St_Johns Asia/Gaza Antarctica/Troll UTC'
).split(' ') as ZoneId[];

/** On both sides of clock changes of these zones, and far from any. */
const changes = [
  '2026-03-08T07:00Z',
  '2026-03-29T01:00Z',
  '2026-04-04T15:00Z',
  '2026-10-03T15:30Z',
  '2026-10-25T01:00Z',
  '2026-11-01T06:00Z',
  '2026-02-15T02:00Z',
  '2021-04-03T14:00Z',
  '2021-09-25T14:00Z',
  '2023-03-26T01:00Z',
  '2026-07-01T12:00Z',
];

/** The same numbers from 0 up to 1 for the same seed (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomTimes(chance: () => number, count: number): MeetingTime[] {
  const below = (limit: number) => Math.floor(chance() * limit);
  return Array.from({ length: count }, (_, i) => {
    const weekday = 1 + below(7);
    // Half of them in the small hours, when clocks change.
    const startMinute = below(2) === 0 ? below(240) : below(1_440);
    const durationMinutes = [null, 30, 60, 90, 600, 1_439][below(6)] ?? null;
    const zone = zones[below(zones.length)] ?? utc;
    return {
      ref: { importId: 'one', slug: String(i), weekday, startMinute },
      weekday,
      startMinute,
      durationMinutes,
      zone,
    };
  });
}

const instants = (occurrences: readonly Occurrence[]) => occurrences.map(({ startsAt }) => String(startsAt));
const whole = (occurrences: readonly Occurrence[]) =>
  occurrences.map(({ ref, startsAt, endsAt }) => [ref.slug, startsAt, endsAt].join(' ')).sort();

describe('the meetings that are found by looking at few', () => {
  it('are those that looking at every meeting finds, around every clock change', async () => {
    for (const [seed, change] of changes.entries()) {
      const chance = chanceFrom(seed);
      for (const count of [1, 4, 80]) {
        const times = randomTimes(chance, count);
        // One index for all instants, as in a bot that runs for weeks.
        const index = await indexMeetings(times, Temporal.Instant.from(change).subtract({ hours: 200 }));
        for (let i = 0; i < 20; i += 1) {
          const minutes = Math.floor((chance() - 0.5) * (i % 3 === 0 ? 20_160 : 600));
          const now = Temporal.Instant.from(change).add({ minutes });
          const found = meetingsSoon(index, now, { onNow: count, next: 5 });
          const expected = everyMeetingSoon(times, now, 5);
          expect(instants(found.onNow), String(now)).toEqual(instants(expected.onNow));
          expect(whole(found.onNow), String(now)).toEqual(whole(expected.onNow));
          expect(instants(found.next), String(now)).toEqual(instants(expected.next));
          const all = whole(everyMeetingSoon(times, now, count).next);
          expect(
            whole(found.next).filter((one) => !all.includes(one)),
            String(now),
          ).toEqual([]);
        }
      }
    }
  });

  it('are the next to begin when more began seconds ago than are shown', async () => {
    const began = Array.from({ length: 6 }, (_, i) => ({
      ...meeting(`began ${i}`),
      weekday: 1,
      startMinute: 720,
      zone: utc,
    }));
    const times = [...began, { ...meeting('later'), weekday: 1, startMinute: 1_000, zone: utc }].map((one) => ({
      ...one,
      ref: { importId: 'one', ...one },
    }));
    const index = await indexMeetings(times, Temporal.Instant.from('2026-03-02T12:00:30Z'));
    const { next, onNow } = meetingsSoon(index, Temporal.Instant.from('2026-03-02T12:00:30Z'), { onNow: 9, next: 1 });
    expect(next.map(({ ref }) => ref.slug)).toEqual(['later']);
    expect(onNow).toHaveLength(6);
  });
});

describe('the timetable', () => {
  const monday = Temporal.Instant.from('2026-03-02T12:00Z');

  /** A timetable over a store with one feed, and how often its times and rows were read. */
  async function opened() {
    const store = memoryStore();
    const reads = { times: 0, get: 0 };
    let trouble: HandrailError | null = null;
    const meetings: MeetingsRead = {
      feeds: () => store.meetings.feeds(),
      async times() {
        reads.times += 1;
        if (trouble !== null) throw trouble;
        return store.meetings.times();
      },
      async get(refs) {
        reads.get += 1;
        if (trouble !== null) throw trouble;
        return store.meetings.get(refs);
      },
    };
    const show = (importId: string, ...slugs: string[]) =>
      store.transaction(async (tx) => {
        const batch = slugs.map((slug) => meeting(slug, { name: slug, weekday: 1, startMinute: 780, zone: utc }));
        await tx.meetings.addBatch({ name: 'Harbor', program: 'aa' }, importId, batch, monday);
        await tx.meetings.switchTo('Harbor', importId, monday);
      });
    await show('one', 'early birds');
    const timetable = openTimetable(meetings);
    return {
      reads,
      show,
      failsWith(error: HandrailError | null) {
        trouble = error;
      },
      next: async (now = monday) => (await timetable.at(now, utc)).next.map(({ meeting }) => meeting.name),
    };
  }

  it('reads the times once for everybody who asks, also for those who ask at once', async () => {
    const { next, reads } = await opened();
    const seen = await Promise.all([next(), next(), next()]);
    expect(seen).toEqual([['early birds'], ['early birds'], ['early birds']]);
    expect(reads).toEqual({ times: 1, get: 1 });
    expect(await next(monday.add({ minutes: 5 }))).toEqual(['early birds']);
    expect(reads).toEqual({ times: 1, get: 2 });
  });

  it('shows a new list as soon as it is switched to', async () => {
    const { next, show, reads } = await opened();
    expect(await next()).toEqual(['early birds']);
    await show('two', 'night owls');
    expect(await next()).toEqual(['night owls']);
    expect(reads.times).toBe(2);
  });

  it('shows the new list when it is switched to while the old one is read', async () => {
    const { next, show } = await opened();
    const asked = next();
    await show('two', 'night owls');
    expect(await asked).toEqual(['night owls']);
  });

  it.each(['times', 'get'] as const)('forgets a failure to read the %s', async (which) => {
    const { next, failsWith } = await opened();
    if (which === 'get') await next(monday.subtract({ minutes: 1 }));
    failsWith(new HandrailError('storage-unavailable', 'away'));
    await expect(Promise.all([next(), next()])).rejects.toMatchObject({ code: 'storage-unavailable' });
    failsWith(null);
    expect(await next()).toEqual(['early birds']);
  });

  it('counts what begins in this very minute as on now', async () => {
    const store = memoryStore();
    await store.transaction(async (tx) => {
      const noon = meeting('noon', { weekday: 1, startMinute: 720, zone: utc });
      await tx.meetings.addBatch({ name: 'Harbor', program: 'aa' }, 'one', [noon], monday);
      await tx.meetings.switchTo('Harbor', 'one', monday);
    });
    const timetable = openTimetable(store.meetings);
    const before = await timetable.at(monday.subtract({ seconds: 1 }), utc);
    expect([before.onNow.length, before.next.length]).toEqual([0, 1]);
    for (const seconds of [0, 59]) {
      const { onNow } = await timetable.at(monday.add({ seconds }), utc);
      expect(onNow.map(({ meeting }) => meeting.slug)).toEqual(['noon']);
    }
    expect((await timetable.at(monday.add({ minutes: 59, seconds: 59 }), utc)).onNow).toHaveLength(1);
    expect((await timetable.at(monday.add({ minutes: 60 }), utc)).onNow).toEqual([]);
  });

  it('lists meetings without a zone by the clock of whoever asks, the rest of their day in order', async () => {
    const store = memoryStore();
    const late = [1_200, 600, 1_439, 660, 900, 840, 1_000].map((startMinute) =>
      meeting(`at ${startMinute}`, { weekday: 1, startMinute }),
    );
    await store.transaction(async (tx) => {
      const all = [...late, meeting('tomorrow', { weekday: 2, startMinute: 0 })];
      await tx.meetings.addBatch({ name: 'Harbor', program: 'aa' }, 'one', all, monday);
      await tx.meetings.switchTo('Harbor', 'one', monday);
    });
    const timetable = openTimetable(store.meetings);
    const slugs = async (zone: string) =>
      (await timetable.at(monday, zone as ZoneId)).zoneUnknown.map(({ slug }) => slug);
    expect(await slugs('UTC')).toEqual(['at 840', 'at 900', 'at 1000', 'at 1200', 'at 1439']);
    expect(await slugs('Asia/Tokyo')).toEqual(['at 1439']);
    expect(await slugs('Pacific/Auckland')).toEqual([]);
    const { zoneUnknownCount, count } = await timetable.at(monday, utc);
    expect([zoneUnknownCount, count]).toEqual([8, 8]);
  });
});
