import { atWallClock, Temporal, type ZoneId } from '../values/time.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/** A clock change moves a clock by an hour at most (two once, in Troll); wall clocks alone may be wrong by this much. */
export const clockChangeMs = 180 * minuteMs;

/** How far back a meeting that is on now may have begun, and three hours more. */
const lookBackMs = 3 * dayMs;

/** The offset from UTC that a zone's clocks keep from one instant until another, all in milliseconds. */
interface SteadyOffset {
  readonly offsetMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * A zone's clock as plain numbers, because Temporal takes a thousand times as long. Local times are milliseconds too: what
 * the wall clock shows, read as if it were UTC.
 */
export class ZoneClock {
  readonly #zone: ZoneId;
  #steady: SteadyOffset | null = null;
  readonly #exact = new Map<number, number>();

  constructor(zone: ZoneId) {
    this.#zone = zone;
  }

  /** The local time at an instant. Looks up when the clocks change where it does not know; that takes about 1 ms. */
  localAt(atMs: number): number {
    return atMs + this.#steadyAt(atMs).offsetMs;
  }

  /** Do local times from one instant until another, both near `nowMs`, come in order and once each? */
  isSteady(nowMs: number, firstMs: number, lastMs: number): boolean {
    const { fromMs, untilMs } = this.#steadyAt(nowMs);
    // Not in the hours after a change, because their local times may have come before it as well.
    return firstMs >= fromMs + clockChangeMs && lastMs < untilMs;
  }

  /** The instant of a local time that is near `nowMs`: within two days before it or a fortnight after it. */
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
    // What was reckoned around another clock change is of no more use.
    this.#exact.clear();
    return found;
  }
}

/** Asks only forward, since the last change of a zone that had none for a century takes 20 ms to find. */
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
