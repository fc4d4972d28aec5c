import type { Fields } from '../language/field.ts';

/**
 * Reads what someone typed behind a command: `mood:4 note:"slept well"`. Words without a name go to the command's first
 * option, so `/craving 7` and `/settings New York` do what they look like. A quote that is never closed runs to the end.
 */
export function readTyped(typed: string, options: Fields): Record<string, string> {
  // A Map, because a name that every object answers to ("constructor") is no option that was given.
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
