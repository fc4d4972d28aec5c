import type { Suggestion } from './field.ts';

/** A suggestion with all its search names, folded. */
export interface Suggestible extends Suggestion {
  readonly names: readonly string[];
}

/**
 * The most suggestions that Discord shows:
 * https://docs.discord.com/developers/interactions/application-commands#autocomplete
 */
export const suggestionsMax = 25;

/** Folds text for search: lower case, no accents, spaces in place of underscores. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();
}

/**
 * Returns first the entries with a name that begins with the typed text, then those that contain it, each in its order.
 */
export function suggest(all: readonly Suggestible[], typed: string): readonly Suggestion[] {
  const wanted = folded(typed);
  const begin = all.filter(({ names }) => names.some((name) => name.startsWith(wanted)));
  const contain = all.filter((one) => !begin.includes(one) && one.names.some((name) => name.includes(wanted)));
  return [...begin, ...contain].slice(0, suggestionsMax).map(({ value, label }) => ({ value, label }));
}
