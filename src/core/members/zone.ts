import { z } from 'zod';
import type { Suggestion } from '../language/field.ts';
import { folded, type Suggestible, suggest } from '../language/suggest.ts';
import { Temporal, utc, type ZoneId, zoneId } from '../values/time.ts';

const regions = [
  'America',
  'Europe',
  'Asia',
  'Africa',
  'Australia',
  'Pacific',
  'Atlantic',
  'Indian',
  'America/Argentina',
];

/** Parses a zone as people write it: "America/New_York", or a city with its own zone, "new york". */
export const zoneText = z
  .string()
  .transform((given) => zoneOfText(given))
  .refine((zone) => zone !== null)
  .transform((zone) => zone);

/** Parses a zone by its exact name, as our own buttons carry it. */
export const zoneName = z
  .string()
  .transform((name) => zoneId(name))
  .refine((zone) => zone !== null);

function zoneOfText(given: string): ZoneId | null {
  const name = given
    .trim()
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/\s+/g, '_');
  // A bare name in the zone table ("Cuba", "EST") is rarely the city that the person means.
  if (name.includes('/') || name.toUpperCase() === 'UTC') return zoneId(name);
  return regions.map((region) => zoneId(`${region}/${name}`)).find((zone) => zone !== null) ?? null;
}

/** "New York" */
export function cityOf(zone: ZoneId): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** "21:40" */
export function clockIn(zone: ZoneId, now: Temporal.Instant): string {
  return now.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' });
}

/** One city for most of the clocks that people use, west to east, so that a member can pick by the time shown. */
export const zonesToPick = [
  'Pacific/Honolulu',
  'America/Anchorage',
  'America/Los_Angeles',
  'America/Phoenix',
  'America/Denver',
  'America/Chicago',
  'America/Mexico_City',
  'America/New_York',
  'America/Halifax',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Paris',
  'Africa/Lagos',
  'Africa/Johannesburg',
  'Europe/Athens',
  'Europe/Istanbul',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Bangkok',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Brisbane',
  'Australia/Sydney',
  'Pacific/Auckland',
] as readonly string[] as readonly ZoneId[];

/** The current names of zones, for machines whose list has an older name. */
const renamed = new Map(
  Object.entries({
    'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
    'America/Godthab': 'America/Nuuk',
    'Asia/Calcutta': 'Asia/Kolkata',
    'Asia/Katmandu': 'Asia/Kathmandu',
    'Asia/Rangoon': 'Asia/Yangon',
    'Asia/Saigon': 'Asia/Ho_Chi_Minh',
    'Atlantic/Faeroe': 'Atlantic/Faroe',
    'Europe/Kiev': 'Europe/Kyiv',
  }),
);

let suggestible: readonly Suggestible[] | null = null;

/** Suggests zones for the typed text; one city for each clock if nothing is typed. */
export function suggestZones(typed: string): readonly Suggestion[] {
  if (typed.trim() === '') return zonesToPick.map((zone) => ({ value: zone, label: zoneLabel(zone) }));
  suggestible ??= [...Intl.supportedValuesOf('timeZone'), utc].map((known) => {
    const zone = (renamed.get(known) ?? known) as ZoneId;
    const names = [cityOf(zone), zone, cityOf(known as ZoneId), known].map(folded);
    return { value: zone, label: zoneLabel(zone), names };
  });
  return suggest(suggestible, typed);
}

/** "New York (America/New_York)" */
function zoneLabel(zone: ZoneId): string {
  return zone.includes('/') ? `${cityOf(zone)} (${zone})` : zone;
}
