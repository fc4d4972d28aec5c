import { z } from 'zod';

const codes = Array.from({ length: 26 * 26 }, (_, i) => String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)));

const usual: Record<string, string> = {
  uk: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  britain: 'GB',
  'great britain': 'GB',
  usa: 'US',
  america: 'US',
  'the netherlands': 'NL',
};

/** "United States" in the words of a locale; the code itself where the locale has no name for it. */
export function countryName(code: string, locale: string): string {
  return new Intl.DisplayNames([locale, 'en'], { type: 'region', fallback: 'code' }).of(code) ?? code;
}

/** A country, as ISO code or English name, as its ISO 3166-1 alpha-2 code. */
export const countryCode = z
  .string()
  .transform((given) => codeOf(given))
  .refine((code) => code !== null)
  .transform((code) => code);

function codeOf(given: string): string | null {
  const name = given.trim().toLowerCase();
  const known = usual[name];
  if (known !== undefined) return known;
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const code = name.toUpperCase();
  const found = /^[A-Z]{2}$/.test(code) ? code : codes.find((one) => names.of(one)?.toLowerCase() === name);
  if (found === undefined || names.of(found) === undefined) return null;
  // Codes that were retired still have names ("DD" is Germany too): the one that holds now is meant.
  return new Intl.Locale(`und-${found}`).region ?? null;
}
