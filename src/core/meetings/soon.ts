import { Temporal } from '../values/time.ts';
import type { MeetingRef, MeetingTime } from './meeting.ts';
import { type MeetingIndex, placeOf, shownMinutes, type Week, type ZoneWeek } from './meeting-index.ts';
import { clockChangeMs } from './zone-clock.ts';

/** One occurrence of a meeting. */
export interface Occurrence {
  readonly ref: MeetingRef;
  readonly startsAt: Temporal.Instant;
  /** null: the source gives no length. */
  readonly endsAt: Temporal.Instant | null;
}

export interface Soon {
  /** Meetings that are on now, the last started first. */
  readonly onNow: readonly Occurrence[];
  /** The next meetings, the soonest first. */
  readonly next: readonly Occurrence[];
}

export interface SoonCounts {
  readonly onNow: number;
  readonly next: number;
}

const minuteMs = 60_000;
const weekMs = 7 * 1_440 * minuteMs;
/** From Monday 0:00 to the epoch, 1 January 1970, which was a Thursday. */
const epochInWeekMs = 3 * 1_440 * minuteMs;

interface Start {
  readonly time: MeetingTime;
  readonly startsMs: number;
}

/**
 * Returns the meetings on now and next, as many as asked for. Reads only the entries near `now` in each zone's week.
 * Instants are computed in each meeting's own zone, so that a week's end, midnight and a clock change in between are
 * right.
 */
export function meetingsSoon({ zones }: MeetingIndex, now: Temporal.Instant, counts: SoonCounts): Soon {
  // Rounds up, because meetings begin on whole milliseconds, so none begins between `now` and this.
  const nowMs = Number((now.epochNanoseconds + 999_999n) / 1_000_000n);
  const onNow = zones.flatMap((zone) => onNowIn(zone, now, nowMs)).sort((a, b) => b.startsMs - a.startsMs);
  const next = zones.flatMap((zone) => nextIn(zone, nowMs, counts.next)).sort((a, b) => a.startsMs - b.startsMs);
  return {
    onNow: onNow.slice(0, counts.onNow).map(toOccurrence),
    next: next.slice(0, counts.next).map(toOccurrence),
  };
}

function onNowIn(zone: ZoneWeek, now: Temporal.Instant, nowMs: number): readonly Start[] {
  const { clock, longestMinutes } = zone;
  const localMs = clock.localAt(nowMs);
  const from = localMs - longestMinutes * minuteMs;
  const marginMs = clock.isSteady(nowMs, nowMs - longestMinutes * minuteMs, nowMs) ? 0 : clockChangeMs;
  const starts: Start[] = [];
  for (const { time, localMs: startsLocalMs } of walk(zone, from - marginMs)) {
    if (startsLocalMs > localMs + marginMs) break;
    const startsMs = clock.instantOf(startsLocalMs, nowMs);
    const over = startsMs + shownMinutes(time) * minuteMs <= now.epochMilliseconds;
    if (startsMs < nowMs && !over) starts.push({ time, startsMs });
  }
  return starts;
}

function nextIn(zone: ZoneWeek, nowMs: number, count: number): readonly Start[] {
  const starts = firstStarts(zone, nowMs, count, 0);
  const last = starts.at(-1)?.startsMs ?? nowMs;
  return zone.clock.isSteady(nowMs, nowMs, last) ? starts : firstStarts(zone, nowMs, count, clockChangeMs);
}

/**
 * Returns the first starts at `nowMs` or later, each meeting once. Searches `marginMs` further back and ahead, because
 * around a clock change wall-clock order differs from instant order.
 */
function firstStarts(zone: ZoneWeek, nowMs: number, count: number, marginMs: number): readonly Start[] {
  const { clock, times } = zone;
  const wanted = Math.min(count, times.length);
  const localMs = clock.localAt(nowMs);
  const starts = new Map<MeetingTime, Start>();
  let enoughAt = localMs + weekMs;
  for (const { time, localMs: startsLocalMs } of walk(zone, localMs - marginMs)) {
    if (startsLocalMs > enoughAt + marginMs) break;
    const startsMs = clock.instantOf(startsLocalMs, nowMs);
    if (startsMs < nowMs || starts.has(time)) continue;
    starts.set(time, { time, startsMs });
    if (starts.size === wanted) enoughAt = startsLocalMs;
    if (starts.size >= wanted && marginMs === 0) break;
  }
  return [...starts.values()].sort((a, b) => a.startsMs - b.startsMs).slice(0, count);
}

/** Yields the meetings in wall-clock order from a local time on, week after week without end. */
function* walk(week: Week, fromLocalMs: number): Generator<{ time: MeetingTime; localMs: number }> {
  if (week.times.length === 0) return;
  let mondayMs = Math.floor((fromLocalMs + epochInWeekMs) / weekMs) * weekMs - epochInWeekMs;
  let place = placeOf(week, Math.ceil((fromLocalMs - mondayMs) / minuteMs));
  for (;;) {
    const time = week.times[place];
    if (time === undefined) {
      mondayMs += weekMs;
      place = 0;
    } else {
      yield { time, localMs: mondayMs + (week.minutes[place] ?? 0) * minuteMs };
      place += 1;
    }
  }
}

function toOccurrence({ time, startsMs }: Start): Occurrence {
  const startsAt = Temporal.Instant.fromEpochMilliseconds(startsMs);
  const { ref, durationMinutes } = time;
  return { ref, startsAt, endsAt: durationMinutes === null ? null : startsAt.add({ minutes: durationMinutes }) };
}
