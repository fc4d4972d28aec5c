import { z } from 'zod';
import type { Suggestion } from '../language/field.ts';
import { folded, type Suggestible, suggest, suggestionsMax } from '../language/suggest.ts';

const codes = Array.from({ length: 26 * 26 }, (_, i) => String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)));

/** A Map, because an object would also have inherited names such as "constructor". */
const usual: ReadonlyMap<string, string> = new Map([
  ['uk', 'GB'],
  ['england', 'GB'],
  ['scotland', 'GB'],
  ['wales', 'GB'],
  ['britain', 'GB'],
  ['great britain', 'GB'],
  ['usa', 'US'],
  ['america', 'US'],
  ['the netherlands', 'NL'],
]);

/** Returns "United States" in the locale's language, or the code if the locale has no name for it. */
export function countryName(code: string, locale: string): string {
  return new Intl.DisplayNames([locale, 'en'], { type: 'region', fallback: 'code' }).of(code) ?? code;
}

/** Parses an ISO code or English name to the ISO 3166-1 alpha-2 code. */
export const countryCode = z
  .string()
  .transform((given) => codeOf(given))
  .refine((code) => code !== null)
  .transform((code) => code);

function codeOf(given: string): string | null {
  const name = given.trim().toLowerCase();
  const known = usual.get(name);
  if (known !== undefined) return known;
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const code = name.toUpperCase();
  const found = /^[A-Z]{2}$/.test(code) ? code : codes.find((one) => names.of(one)?.toLowerCase() === name);
  if (found === undefined || names.of(found) === undefined) return null;
  // Retired codes still have names ("DD" is Germany too), so this returns the current code.
  return new Intl.Locale(`und-${found}`).region ?? null;
}

/** Codes that have a name but are no country: unions, private use, tests, "unknown". */
const noCountry = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** The suggestions before anything is typed, in the order of the reader's alphabet. */
const countriesToPick = new Set(
  'AU BE BR CA CH DE DK ES FI FR GB IE IN IT JP MX NG NL NO NZ PL PT SE US ZA'.split(' '),
);

const suggestible = new Map<string, readonly Suggestible[]>();

/**
 * Suggests countries for the typed text: first by code, then by name in the locale and in English.
 * @param locale one of the locales with words, because each is prepared once and cached
 */
export function suggestCountries(typed: string, locale: string): readonly Suggestion[] {
  const all = suggestible.get(locale) ?? countriesIn(locale);
  suggestible.set(locale, all);
  const wanted = folded(typed);
  if (wanted === '')
    return suggest(
      all.filter(({ value }) => countriesToPick.has(value)),
      '',
    );
  const code = usual.get(wanted) ?? wanted.toUpperCase();
  const exact = all.filter(({ value }) => value === code).map(({ value, label }) => ({ value, label }));
  const others = suggest(all, typed).filter(({ value }) => value !== code);
  return [...exact, ...others].slice(0, suggestionsMax);
}

function countriesIn(locale: string): readonly Suggestible[] {
  const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const own = new Intl.DisplayNames([locale, 'en'], { type: 'region', fallback: 'code' });
  const byName = new Intl.Collator(locale);
  return codes
    .filter((code) => english.of(code) !== undefined && !noCountry.has(code))
    .filter((code) => new Intl.Locale(`und-${code}`).region === code)
    .map((code) => {
      const label = own.of(code) ?? code;
      const synonyms = [...usual].flatMap(([name, of]) => (of === code ? [name] : []));
      return { value: code, label, names: [label, english.of(code) ?? code, ...synonyms].map(folded) };
    })
    .toSorted((a, b) => byName.compare(a.label, b.label));
}
