/**
 * Removes control characters, direction overrides and lone surrogates, because they are no text or reorder other words.
 */
export function tidy(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu, '');
}

/** Shortens text to one line, for buttons and menus, which have no markup. */
export function cut(text: string, max: number): string {
  const line = tidy(text).replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${partText(line, max - 1)[0]?.trimEnd() ?? ''}…`;
}

/**
 * Splits a text into pieces of at most `max` UTF-16 units, after a line or word if possible, never within a character.
 */
export function partText(text: string, max: number): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const head = rest.slice(0, max);
    const behindWord = [head.lastIndexOf('\n') + 1, head.lastIndexOf(' ') + 1].find((end) => end > max / 2);
    const end = behindWord ?? signsWithin(head);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}

/** A character outside the basic plane takes two UTF-16 units, and the first alone is invalid. */
function signsWithin(head: string): number {
  return /[\ud800-\udbff]$/.test(head) ? head.length - 1 : head.length;
}

/** Returns a web address in its full form; any other address, and one longer than `max`, unchanged. */
export function addressInFull(href: string, max: number): string {
  if (href.length > max || !URL.canParse(href)) return href;
  const { protocol, href: written } = new URL(href);
  return /^https?:$/.test(protocol) ? written : href;
}

export function inGroups<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return items.flatMap((_, i) => (i % size === 0 ? [items.slice(i, i + size)] : []));
}
