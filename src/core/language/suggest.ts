import type { Suggestion } from './field.ts';

/** Something to pick while typing, with every name that it may be looked for by, folded. */
export interface Suggestible extends Suggestion {
  readonly names: readonly string[];
}

/** As many as Discord shows: https://docs.discord.com/developers/interactions/application-commands#autocomplete */
export const suggestionsMax = 25;

/** Without case and accents, and with spaces where names have underscores. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();
}

/** Those that have a name which begins with what is typed, then those that have it within one; each in their order. */
export function suggest(all: readonly Suggestible[], typed: string): readonly Suggestion[] {
  const wanted = folded(typed);
  const begin = all.filter(({ names }) => names.some((name) => name.startsWith(wanted)));
  const contain = all.filter((one) => !begin.includes(one) && one.names.some((name) => name.includes(wanted)));
  return [...begin, ...contain].slice(0, suggestionsMax).map(({ value, label }) => ({ value, label }));
}
