import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Temporal, ZoneId } from '../values/time.ts';
import type { MeetingTime } from './meeting.ts';
import { ZoneClock } from './zone-clock.ts';

const dayMinutes = 1_440;
const meetingsPerTurn = 2_000;

/** Meetings by the minute of the week at which they begin; Monday 0:00 is 0. */
export interface Week {
  /** Minutes after Monday 0:00, ascending, with the same indexes as `times`. */
  readonly minutes: Uint16Array;
  readonly times: readonly MeetingTime[];
}

/** The meetings of one zone. */
export interface ZoneWeek extends Week {
  readonly clock: ZoneClock;
  /** The longest meeting, in minutes. */
  readonly longestMinutes: number;
}

export interface MeetingIndex {
  readonly size: number;
  readonly zones: readonly ZoneWeek[];
  /** Meetings whose source gives no zone. */
  readonly zoneUnknown: Week;
}

/** How long a meeting of unknown length counts as on now. */
const unknownLengthMinutes = 60;

/** How long a meeting counts as on now, in minutes. */
export function shownMinutes({ durationMinutes }: MeetingTime): number {
  return durationMinutes ?? unknownLengthMinutes;
}

export function weekMinute({ weekday, startMinute }: Pick<MeetingTime, 'weekday' | 'startMinute'>): number {
  return (weekday - 1) * dayMinutes + startMinute;
}

/**
 * Sorts meetings by zone and minute of the week. Yields to the event loop in between, because a long list takes long.
 * @param now the instant for which each zone's clock is loaded first
 */
export async function indexMeetings(all: readonly MeetingTime[], now: Temporal.Instant): Promise<MeetingIndex> {
  const byZone = new Map<ZoneId | null, MeetingTime[]>();
  for (let at = 0; at < all.length; at += meetingsPerTurn) {
    for (const time of all.slice(at, at + meetingsPerTurn)) {
      const others = byZone.get(time.zone);
      if (others === undefined) byZone.set(time.zone, [time]);
      else others.push(time);
    }
    await nextTurn();
  }
  const zones: ZoneWeek[] = [];
  let zoneUnknown: Week = weekOf([]);
  for (const [zone, times] of byZone) {
    if (zone === null) zoneUnknown = weekOf(times);
    else zones.push(zoneWeekOf(await zoneClockAt(zone, now), times));
    await nextTurn();
  }
  return { size: all.length, zones, zoneUnknown };
}

/**
 * Loads the zone's clock before the first question, in its own turn of the event loop, because that takes up to 30 ms.
 */
async function zoneClockAt(zone: ZoneId, now: Temporal.Instant): Promise<ZoneClock> {
  const clock = new ZoneClock(zone);
  clock.localAt(now.epochMilliseconds);
  await nextTurn();
  return clock;
}

function zoneWeekOf(clock: ZoneClock, times: readonly MeetingTime[]): ZoneWeek {
  const longestMinutes = times.reduce((longest, time) => Math.max(longest, shownMinutes(time)), 0);
  return { ...weekOf(times), clock, longestMinutes };
}

function weekOf(times: readonly MeetingTime[]): Week {
  // Sorts numbers by minute, then place, because a sort without a compare function takes a tenth of the time.
  const keys = Float64Array.from(times, (time, place) => weekMinute(time) * times.length + place).sort();
  const sorted = Array.from(keys, (key) => times[key % times.length]).filter((time) => time !== undefined);
  return { minutes: Uint16Array.from(sorted, weekMinute), times: sorted };
}

/** Returns the index of the first meeting that begins at `minute` of the week or later; the length if there is none. */
export function placeOf({ minutes }: Week, minute: number): number {
  let low = 0;
  let high = minutes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((minutes[middle] ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns up to `count` meetings of the rest of the day from a minute of the week on, in order. */
export function laterOnDay(week: Week, minute: number, count: number): readonly MeetingTime[] {
  const from = placeOf(week, minute);
  const until = placeOf(week, (Math.floor(minute / dayMinutes) + 1) * dayMinutes);
  return week.times.slice(from, Math.min(until, from + count));
}
