import tzLookup from '@photostructure/tz-lookup';
import { z } from 'zod';
import { cut, tidy } from '../language/text-limits.ts';
import { HandrailError } from '../values/errors.ts';
import { type ZoneId, zoneId } from '../values/time.ts';
import { clockMinute, durationMinutes } from './clock.ts';
import { webLinkIn } from './link.ts';
import type { Attendance, Meeting } from './meeting.ts';

/** The reasons to skip a row of a feed. */
type KeptOut =
  | 'no object'
  | 'no name'
  | 'by appointment: no day or time'
  | 'a day that is none of 0 to 6'
  | 'a time that cannot be read'
  | 'closed for now, and no link'
  | 'no place and no link'
  | 'the same meeting twice';

export interface FeedRead {
  readonly meetings: readonly Meeting[];
  /** How many rows were skipped, by reason. */
  readonly keptOut: ReadonlyMap<KeptOut, number>;
  /** How many meetings have no time zone: their times are shown as written, never converted. */
  readonly zoneUnknown: number;
}

/** The longest values of each field: more than an honest feed needs, and few enough to show. */
const maxLetters = { slug: 200, name: 200, location: 200, address: 300, phone: 60, zone: 64, word: 40 };
const maxTypes = 40;
const maxTypeLetters = 10;
const maxDays = 7;

const written = z.preprocess(
  (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : ''),
  z.string(),
);
const orNull = (value: string): string | null => (value === '' ? null : value);
/**
 * Text for people: a longer value is cut. Only its beginning is read, because millions of characters would take
 * seconds.
 */
const shortened = (max: number) => written.transform((value) => orNull(cut(value.trimStart().slice(0, 4 * max), max)));
/** Text for machines: a longer value is dropped, because a part of it would mean something else. */
const whole = (max: number) =>
  written.transform((value) => (value.trim().length > max ? null : orNull(tidy(value).trim())));
const link = written.transform((value) => webLinkIn(value.trim()));
const types = z.unknown().optional().transform(typesIn);
const coordinate = z
  .union([z.number(), z.string().max(maxLetters.word).transform(Number)])
  .pipe(z.number())
  .catch(0);
const dayOf = z
  .union([z.number(), z.string().trim().regex(/^\d$/).transform(Number)])
  .pipe(z.number().int().min(0).max(6));

/** The used fields of a row, as real feeds write them. All others are ignored. */
const row = z.object({
  slug: whole(maxLetters.slug),
  name: shortened(maxLetters.name),
  day: z.unknown().optional(),
  time: shortened(maxLetters.word),
  end_time: shortened(maxLetters.word),
  timezone: whole(maxLetters.zone),
  types,
  attendance_option: shortened(maxLetters.word),
  location: shortened(maxLetters.location),
  formatted_address: shortened(maxLetters.address),
  address: shortened(maxLetters.address),
  city: shortened(maxLetters.address),
  state: shortened(maxLetters.address),
  latitude: coordinate,
  longitude: coordinate,
  conference_url: link,
  conference_phone: whole(maxLetters.phone),
  url: link,
});
type Row = z.infer<typeof row>;

/**
 * Reads a Meeting Guide feed (github.com/code4recovery/spec): weekdays are 0 for Sunday to 6 for Saturday, or an array
 * of them; times are local. An invalid row is skipped and counted; it never stops the others.
 *
 * @param zone for meetings that give neither a zone nor coordinates of a place
 * @throws HandrailError('bad-feed') if the whole is no such feed
 */
export function readMeetingGuide(json: unknown, zone: ZoneId | null): FeedRead {
  if (!Array.isArray(json) || !json.some((one) => one instanceof Object && 'name' in one && 'slug' in one)) {
    throw new HandrailError(
      'bad-feed',
      'This is no Meeting Guide feed: that would be a JSON list of meetings, each with at least "name" and "slug".',
    );
  }
  const meetings = new Map<string, Meeting>();
  const keptOut = new Map<KeptOut, number>();
  const keepOut = (why: KeptOut): Map<KeptOut, number> => keptOut.set(why, (keptOut.get(why) ?? 0) + 1);
  for (const one of json) {
    const read = readRow(one, zone);
    if (typeof read === 'string') keepOut(read);
    else {
      for (const meeting of read) {
        const key = `${meeting.slug} ${meeting.weekday} ${meeting.startMinute}`;
        if (meetings.has(key)) keepOut('the same meeting twice');
        else meetings.set(key, meeting);
      }
    }
  }
  const all = [...meetings.values()];
  return { meetings: all, keptOut, zoneUnknown: all.filter((meeting) => meeting.zone === null).length };
}

/** Stops after the codes that are used, because a list or text of millions would take seconds. */
function typesIn(value: unknown): readonly string[] {
  const text = typeof value === 'string' ? value.split(/[\s,;[\]]+/, maxTypes + 1) : [];
  const codes: readonly unknown[] = Array.isArray(value) ? value.slice(0, maxTypes + 1) : text;
  return codes
    .filter((code) => typeof code === 'string')
    .filter((code) => code.length <= maxTypeLetters)
    .map((code) => tidy(code).toUpperCase())
    .filter((code) => code !== '')
    .slice(0, maxTypes);
}

/** Returns one meeting for each day of the row. */
function readRow(one: unknown, feedZone: ZoneId | null): readonly Meeting[] | KeptOut {
  const parsed = row.safeParse(one);
  if (!parsed.success) return 'no object';
  const { data } = parsed;
  if (data.name === null) return 'no name';
  const given = Array.isArray(data.day) ? data.day : [data.day];
  if (given.every((day) => day == null || day === '') || data.time === null) {
    return 'by appointment: no day or time';
  }
  if (given.length > maxDays) return 'a day that is none of 0 to 6';
  const days = given.map((day) => dayOf.safeParse(day));
  if (days.some((day) => !day.success)) return 'a day that is none of 0 to 6';
  const startMinute = clockMinute(data.time);
  if (startMinute === null) return 'a time that cannot be read';
  const attendance = attendanceOf(data);
  if (attendance === 'closed for now, and no link' || attendance === 'no place and no link') return attendance;

  const meeting = {
    slug: data.slug ?? data.name,
    name: data.name,
    startMinute,
    durationMinutes: durationMinutes(startMinute, clockMinute(data.end_time)),
    zone: zoneOf(data) ?? feedZone,
    attendance,
    types: data.types,
    location: data.location,
    address: addressOf(data),
    joinUrl: data.conference_url,
    joinPhone: data.conference_phone,
    sourceUrl: data.url,
  };
  return days.flatMap((day) => (day.success ? [{ ...meeting, weekday: day.data === 0 ? 7 : day.data }] : []));
}

/** "TC" is the Meeting Guide's code for a place that is closed for now. */
function attendanceOf(data: Row): Attendance | Extract<KeptOut, `${string}no link`> {
  const online = data.conference_url !== null || data.conference_phone !== null;
  // A town alone says where an online group comes from, not where it meets.
  const placed =
    (online ? (data.formatted_address ?? data.address) : addressOf(data)) !== null || data.location !== null;
  const closed =
    data.types.includes('TC') || data.attendance_option === 'inactive' || data.attendance_option === 'online';
  if (online) return placed && !closed ? 'hybrid' : 'online';
  if (!placed) return 'no place and no link';
  return closed ? 'closed for now, and no link' : 'in-person';
}

function addressOf({ formatted_address: whole, address, city, state }: Row): string | null {
  if (whole !== null) return whole;
  const parts = [address, city, state].filter((part) => part !== null);
  return parts.length === 0 ? null : cut(parts.join(', '), maxLetters.address);
}

/**
 * Returns the row's own zone, or the zone of its coordinates. A blank zone is no zone, and a latitude or longitude of 0
 * is no place.
 */
function zoneOf({ timezone, latitude, longitude }: Row): ZoneId | null {
  const own = timezone === null ? null : zoneId(timezone);
  if (own !== null) return own;
  const placed = latitude !== 0 && longitude !== 0 && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return placed ? zoneId(tzLookup(latitude, longitude)) : null;
}
