import type { MeetingTime } from '../../src/core/meetings/meeting.ts';
import type { Occurrence, Soon } from '../../src/core/meetings/soon.ts';
import { atWallClock, Temporal, type ZoneId } from '../../src/core/values/time.ts';

const dayMinutes = 1_440;
const weekMinutes = 7 * dayMinutes;

/** A clock change moves a meeting by an hour at most (two once, in Troll); wall clocks alone may be wrong by this much. */
const clockChangeMinutes = 180;

/** How long a meeting of unknown length is shown as on now. */
const unknownLengthMinutes = 60;

/**
 * What is on now, and the next `count` to begin, by looking at every meeting: slow, and simple enough to be the measure
 * for what looks at few. `now` is a whole minute.
 */
export function everyMeetingSoon(times: readonly MeetingTime[], now: Temporal.Instant, count: number): Soon {
  const zoned = times.filter((time): time is Zoned => time.zone !== null);
  const clocks = new Map<ZoneId, Temporal.ZonedDateTime>();
  const clockOf = (zone: ZoneId): Temporal.ZonedDateTime => {
    const clock = clocks.get(zone) ?? now.toZonedDateTimeISO(zone);
    clocks.set(zone, clock);
    return clock;
  };
  const ahead = zoned.map((time) => ({ time, minutes: minutesAhead(time, clockOf(time.zone)) }));
  return {
    onNow: onNow(ahead, clockOf, now),
    next: next(ahead, clockOf, now, count),
  };
}

type Zoned = MeetingTime & { readonly zone: ZoneId };
type Ahead = { readonly time: Zoned; readonly minutes: number };
type ClockOf = (zone: ZoneId) => Temporal.ZonedDateTime;

/** Minutes on the meeting's wall clock until it begins next: 0 to a week less one. */
function minutesAhead({ weekday, startMinute }: MeetingTime, clock: Temporal.ZonedDateTime): number {
  const minute = clock.hour * 60 + clock.minute;
  const ahead = (weekday - clock.dayOfWeek) * dayMinutes + startMinute - minute;
  return (ahead + weekMinutes) % weekMinutes;
}

function next(all: readonly Ahead[], clockOf: ClockOf, now: Temporal.Instant, count: number): readonly Occurrence[] {
  const sorted = all.toSorted((a, b) => a.minutes - b.minutes);
  const edge = (sorted[Math.min(count, sorted.length) - 1]?.minutes ?? 0) + clockChangeMinutes;
  const candidates = sorted.filter(({ minutes }) => minutes <= edge);
  // Just past on the wall clock may still be ahead: the clocks go back in between.
  const wrapped = sorted.filter(({ minutes }) => minutes >= weekMinutes - clockChangeMinutes);
  return [...candidates, ...wrapped.map(({ time, minutes }) => ({ time, minutes: minutes - weekMinutes }))]
    .map(({ time, minutes }) => fromNowOn(time, minutes, clockOf(time.zone), now))
    .sort((a, b) => Temporal.Instant.compare(a.startsAt, b.startsAt))
    .filter(({ ref }, i, sorted) => sorted.findIndex((other) => other.ref === ref) === i)
    .slice(0, count);
}

/** The first occurrence that has not begun before `now`. */
function fromNowOn(time: Zoned, minutes: number, clock: Temporal.ZonedDateTime, now: Temporal.Instant): Occurrence {
  const occurrence = occurrenceAt(time, minutes, clock);
  return Temporal.Instant.compare(occurrence.startsAt, now) >= 0
    ? occurrence
    : occurrenceAt(time, minutes + weekMinutes, clock);
}

function onNow(all: readonly Ahead[], clockOf: ClockOf, now: Temporal.Instant): readonly Occurrence[] {
  return all
    .filter(({ time, minutes }) => {
      const begun = (weekMinutes - minutes) % weekMinutes;
      return (
        begun <= (time.durationMinutes ?? unknownLengthMinutes) + clockChangeMinutes || minutes <= clockChangeMinutes
      );
    })
    .flatMap(({ time, minutes }) => {
      const clock = clockOf(time.zone);
      return [occurrenceAt(time, minutes - weekMinutes, clock), occurrenceAt(time, minutes, clock)];
    })
    .filter(({ startsAt, endsAt }) => {
      const end = endsAt ?? startsAt.add({ minutes: unknownLengthMinutes });
      return Temporal.Instant.compare(startsAt, now) < 0 && Temporal.Instant.compare(now, end) < 0;
    })
    .sort((a, b) => Temporal.Instant.compare(b.startsAt, a.startsAt));
}

/** The occurrence that is `minutes` ahead on the wall clock (behind, where negative). */
function occurrenceAt(time: Zoned, minutes: number, clock: Temporal.ZonedDateTime): Occurrence {
  const days = Math.floor((clock.hour * 60 + clock.minute + minutes) / dayMinutes);
  const date = clock.toPlainDate().add({ days });
  const start = Temporal.PlainTime.from({ hour: Math.floor(time.startMinute / 60), minute: time.startMinute % 60 });
  const startsAt = atWallClock(date, start, time.zone);
  const endsAt = time.durationMinutes === null ? null : startsAt.add({ minutes: time.durationMinutes });
  return { ref: time.ref, startsAt, endsAt };
}
