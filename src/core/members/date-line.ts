import { remembered } from '../values/remembered.ts';
import { Temporal, type ZoneId } from '../values/time.ts';

/**
 * Returns the instants after `from`, up to `to`, at which a zone itself moved across the date line (Samoa, 30 December
 * 2011), oldest first.
 */
export function dateLineMoves(zone: ZoneId, from: Temporal.Instant, to: Temporal.Instant): Temporal.Instant[] {
  const moves: Temporal.Instant[] = [];
  for (let year = yearOf(from); year <= yearOf(to); year += 1) {
    moves.push(...movesIn(zone, year).filter((at) => isAfter(at, from) && !isAfter(at, to)));
  }
  return moves;
}

/** Cache for all zones over some years, because the polyfill takes up to a millisecond for each. */
const movesOf = remembered<readonly Temporal.Instant[]>(4_000);

function movesIn(zone: ZoneId, year: number): readonly Temporal.Instant[] {
  return movesOf(`${zone} ${year}`, () => findMoves(zone, year));
}

const halfDayNs = 12 * 3_600e9;

/** Returns the moves of a year in UTC. */
function findMoves(zone: ZoneId, year: number): readonly Temporal.Instant[] {
  const lastOfYear = startOf(year + 1).subtract({ nanoseconds: 1 });
  const moves: Temporal.Instant[] = [];
  let at = startOf(year).subtract({ nanoseconds: 1 }).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || isAfter(next.toInstant(), lastOfYear)) return moves;
    if (Math.abs(next.offsetNanoseconds - at.offsetNanoseconds) > halfDayNs) moves.push(next.toInstant());
    at = next;
  }
}

function startOf(year: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Date.UTC(year, 0, 1));
}

function yearOf(instant: Temporal.Instant): number {
  return new Date(instant.epochMilliseconds).getUTCFullYear();
}

function isAfter(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) > 0;
}
