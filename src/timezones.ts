import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Log } from './core/values/log.ts';
import { Temporal } from './core/values/time.ts';

const changedFile = z.object({
  probes: z.array(z.object({ zone: z.string(), at: z.string(), offsetSeconds: z.int() })),
});

/**
 * Warns if Node's time zone data is older than timezones/, because members and meetings in these zones are then an hour
 * off. bin/handrail sets ICU_TIMEZONE_FILES_DIR; a bare `node dist/main.js` does not, and a running process cannot.
 */
export function warnOfOldZones(log: Log): void {
  try {
    const zones = oldZones();
    if (zones.length === 0) return;
    log.warn('older time zone data is used', { version: process.versions['tz'] ?? 'unknown', zones: zones.join(', ') });
  } catch (error) {
    // A missing file must not stop the bot, because help does not depend on it.
    log.warn('the time zone data could not be checked', { error });
  }
}

function oldZones(): readonly string[] {
  const { probes } = changedFile.parse(
    JSON.parse(readFileSync(new URL('../timezones/changed.json', import.meta.url), 'utf8')),
  );
  return probes
    .filter(({ zone, at, offsetSeconds }) => offsetSecondsOf(zone, at) !== offsetSeconds)
    .map(({ zone }) => zone);
}

/** Returns null if this Node does not know the zone. */
function offsetSecondsOf(zone: string, at: string): number | null {
  try {
    return Temporal.Instant.from(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e9;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
