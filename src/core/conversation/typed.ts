import type { Fields } from '../language/field.ts';

/**
 * Parses the options of a typed command: `mood:4 note:"slept well"`. Words without a name go to the first option, so
 * that `/craving 7` and `/settings New York` work. An unclosed quote runs to the end.
 */
export function readTyped(typed: string, options: Fields): Record<string, string> {
  // A Map, because an object would also have inherited names such as "constructor".
  const read = new Map<string, string>();
  const plain: string[] = [];
  const part = /(?:([A-Za-z_][\w]*):)?(?:"((?:[^"\\]|\\.)*)"?|(\S+))|([A-Za-z_][\w]*):/gsu;
  for (const [, name, quoted, bare, empty] of typed.matchAll(part)) {
    const value = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/gsu, '$1');
    if (empty !== undefined) read.set(empty.toLowerCase(), '');
    else if (name !== undefined) read.set(name.toLowerCase(), value);
    else plain.push(value);
  }
  const [first] = Object.keys(options);
  const words = plain.join(' ');
  if (plain.length > 0 && !read.has(first ?? words)) read.set(first ?? words, words);
  return Object.fromEntries(read);
}
