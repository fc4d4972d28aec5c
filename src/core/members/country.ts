import { z } from 'zod';
import type { Suggestion } from '../language/field.ts';
import { folded, type Suggestible, suggest, suggestionsMax } from '../language/suggest.ts';

const codes = Array.from({ length: 26 * 26 }, (_, i) => String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26)));

/** A Map, because what someone types may be a name that every object answers to ("constructor"). */
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
  const known = usual.get(name);
  if (known !== undefined) return known;
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const code = name.toUpperCase();
  const found = /^[A-Z]{2}$/.test(code) ? code : codes.find((one) => names.of(one)?.toLowerCase() === name);
  if (found === undefined || names.of(found) === undefined) return null;
  // Codes that were retired still have names ("DD" is Germany too): the one that holds now is meant.
  return new Intl.Locale(`und-${found}`).region ?? null;
}

/** Codes with a name that are no country: unions, private use, tests, "unknown". */
const noCountry = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** Offered while nothing is typed, in the reader's alphabet. */
const countriesToPick = new Set(
  'AU BE BR CA CH DE DK ES FI FR GB IE IN IT JP MX NG NL NO NZ PL PT SE US ZA'.split(' '),
);

const suggestible = new Map<string, readonly Suggestible[]>();

/**
 * The countries that may be meant by what is typed so far: the one of that code first, then by their names in the
 * locale and in English.
 * @param locale one of those that the bot has words in: each is prepared once and kept
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
