import type { CheckIn, Details } from './checkin.ts';

/** What a check-in calls for, gentlest first. It never stands in the way of the check-in itself. */
export type Care = 'none' | 'offer' | 'person-first' | 'used';

export function careFor({ mood, craving, confidence, used }: Details): Care {
  if (used === true) return 'used';
  if (craving !== undefined && craving >= 9) return 'person-first';
  const low = mood !== undefined && mood <= 2;
  const strong = craving !== undefined && craving >= 7;
  const unsure = confidence !== undefined && confidence <= 3;
  return low || strong || unsure ? 'offer' : 'none';
}

export function hasDetails(details: Details): boolean {
  return Object.values(details).some((value) => value !== undefined);
}

/** The most that the notes of one day may hold together, in characters. */
export const dayNotesMax = 4_000;

/** The same day again: what is said now takes the place of what was said, but a note is added to the notes. */
export function merge(before: Details, now: Details): Details {
  const said = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
  const notes = [before.note, now.note].filter((note) => note !== undefined);
  return { ...before, ...said, ...(notes.length === 0 ? {} : { note: [...new Set(notes)].join('\n') }) };
}

export function average(checkIns: readonly CheckIn[], of: 'mood' | 'craving'): number | null {
  const values = checkIns.map(({ details }) => details[of]).filter((value) => value !== undefined);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
