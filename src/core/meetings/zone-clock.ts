import { atWallClock, Temporal, type ZoneId } from '../values/time.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/**
 * The margin around a clock change, in which wall-clock times may be wrong. A daylight-saving change is at most an hour
 * (two once, in Troll).
 */
export const clockChangeMs = 180 * minuteMs;

/** Covers the start of any meeting that is on now, and the margin above. */
const lookBackMs = 3 * dayMs;

/** A zone's UTC offset between two instants, all in milliseconds. */
interface SteadyOffset {
  readonly offsetMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * A zone's clock in plain numbers, because Temporal takes a thousand times as long. Local times are milliseconds too:
 * the wall-clock time read as if it were UTC.
 */
export class ZoneClock {
  readonly #zone: ZoneId;
  #steady: SteadyOffset | null = null;
  readonly #exact = new Map<number, number>();

  constructor(zone: ZoneId) {
    this.#zone = zone;
  }

  /** Returns the local time at an instant. An unknown clock change is looked up, which takes about 1 ms. */
  localAt(atMs: number): number {
    return atMs + this.#steadyAt(atMs).offsetMs;
  }

  /** Whether local times between two instants, both near `nowMs`, are in order and unique. */
  isSteady(nowMs: number, firstMs: number, lastMs: number): boolean {
    const { fromMs, untilMs } = this.#steadyAt(nowMs);
    // False in the hours after a change, because their local times may repeat earlier ones.
    return firstMs >= fromMs + clockChangeMs && lastMs < untilMs;
  }

  /** Returns the instant of a local time near `nowMs`: within two days before it or a fortnight after it. */
  instantOf(localMs: number, nowMs: number): number {
    const { offsetMs, fromMs, untilMs } = this.#steadyAt(nowMs);
    const atMs = localMs - offsetMs;
    if (atMs >= fromMs + clockChangeMs && atMs < untilMs) return atMs;
    const known = this.#exact.get(localMs);
    if (known !== undefined) return known;
    const { date, time } = wallClockOf(localMs);
    const exact = atWallClock(date, time, this.#zone).epochMilliseconds;
    this.#exact.set(localMs, exact);
    return exact;
  }

  #steadyAt(atMs: number): SteadyOffset {
    const known = this.#steady;
    if (known !== null && known.fromMs <= atMs && atMs < known.untilMs) return known;
    const found = steadyOffsetAt(this.#zone, atMs);
    this.#steady = found;
    // Clears results around another clock change, because they are no longer needed.
    this.#exact.clear();
    return found;
  }
}

/** Searches only forward, because the last change of a zone without one for a century takes 20 ms to find. */
function steadyOffsetAt(zone: ZoneId, atMs: number): SteadyOffset {
  let fromMs = atMs - lookBackMs;
  for (;;) {
    const clock = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
    const untilMs = clock.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
    if (untilMs > atMs) return { offsetMs: clock.offsetNanoseconds / 1e6, fromMs, untilMs };
    fromMs = untilMs;
  }
}

function wallClockOf(localMs: number): { date: Temporal.PlainDate; time: Temporal.PlainTime } {
  const wall = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC');
  return { date: wall.toPlainDate(), time: wall.toPlainTime() };
}
