import type { CheckIn, Details } from './checkin.ts';

/** The support that a check-in calls for, gentlest first. It never blocks the check-in. */
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

/** The most characters that one day's notes may have in total. */
export const dayNotesMax = 4_000;

/** Merges two check-ins of one day: new details replace old ones, but a note is appended. */
export function merge(before: Details, now: Details): Details {
  const said = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
  const notes = [before.note, now.note].filter((note) => note !== undefined);
  return { ...before, ...said, ...(notes.length === 0 ? {} : { note: [...new Set(notes)].join('\n') }) };
}

export function average(checkIns: readonly CheckIn[], of: 'mood' | 'craving'): number | null {
  const values = checkIns.map(({ details }) => details[of]).filter((value) => value !== undefined);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
