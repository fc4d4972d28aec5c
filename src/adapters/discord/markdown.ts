import { partText, tidy } from '../../core/language/text-limits.ts';
import type { Inline, Text } from '../../core/language/view.ts';
import { assertNever } from '../../core/values/errors.ts';
import { Temporal } from '../../core/values/time.ts';

/** Text is split between pieces and never within markup, so a piece must fit well into a message even when escaped. */
const pieceMax = 1_000;

/** Longer addresses are shown, not linked. */
const hrefMax = 1_500;

/** Text as Discord markdown, in pieces between which it may be split. */
export function markdownPieces(text: Text): readonly string[] {
  const pieces: string[] = [];
  for (const inline of text.flatMap(inShortPieces)) {
    const piece = markdown(inline);
    // A zero-width space separates adjacent markup, because Discord would read "**a****b**" as one.
    const clings = /[*]$/.test(pieces.at(-1) ?? '') && /^[*]/.test(piece);
    pieces.push(clings ? `\u200b${piece}` : piece);
  }
  return pieces;
}

function markdown(inline: Inline): string {
  switch (inline.kind) {
    case 'plain':
      return escapeMarkdown(inline.text);
    case 'bold':
      return wrapped('**', inline.text);
    case 'italic':
      return wrapped('*', inline.text);
    case 'link':
      return linked(inline.text, inline.href);
    case 'time':
      return timestamp(inline);
    case 'mention':
      return mention(inline);
    default:
      return assertNever(inline);
  }
}

/**
 * Escapes with backslashes, so that no text becomes markup, a mention, an emoji or a link, and no line becomes a
 * heading, a quote or a list.
 */
function escapeMarkdown(text: string): string {
  return tidy(text)
    .replace(/[\\*_~`|[\]<@:]/g, '\\$&')
    .replace(/^([^\S\n]*)([-+#>])/gm, '$1\\$2')
    .replace(/^([^\S\n]*\d+)([.)])/gm, '$1\\$2');
}

/** Wraps each line by itself and without its outer spaces, because "* a *" is not markup. */
function wrapped(mark: string, text: string): string {
  return tidy(text).replace(/\S(?:.*\S)?/g, (words) => `${mark}${escapeMarkdown(words)}${mark}`);
}

/** Links only addresses that a Discord user can open; shows others after the text. */
function linked(text: string, href: string): string {
  const address = webAddress(href);
  if (address === null || tidy(text).trim() === '') return escapeMarkdown(`${text} (${href})`);
  return `[${escapeMarkdown(text.replace(/\s+/g, ' '))}](${address})`;
}

/** The address with every character encoded that would end the link; null if it is too long or not http(s). */
export function webAddress(href: string): string | null {
  if (href.length > hrefMax || !URL.canParse(href)) return null;
  const { protocol, href: written } = new URL(href);
  return /^https?:$/.test(protocol) ? written.replace(/[()<>\s]/g, encodeSign) : null;
}

function encodeSign(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}

/** Discord shows the time in each reader's own time zone. */
function timestamp({ at, style }: Extract<Inline, { kind: 'time' }>): string {
  const seconds = Math.floor(Temporal.Instant.from(at).epochMilliseconds / 1_000);
  return `<t:${seconds}:${{ time: 't', day: 'D', 'day-and-time': 'F' }[style]}>`;
}

function mention({ account, name }: Extract<Inline, { kind: 'mention' }>): string {
  const ours = account.platform === 'discord' && /^\d{17,20}$/.test(account.key);
  return ours ? `<@${account.key}>` : escapeMarkdown(name);
}

/** Splits long text, between words where possible. */
function inShortPieces(inline: Inline): readonly Inline[] {
  switch (inline.kind) {
    case 'plain':
    case 'bold':
    case 'italic':
      return partText(inline.text, pieceMax).map((text) => ({ ...inline, text }));
    case 'link': {
      const linkable = inline.text.length <= pieceMax && inline.href.length <= hrefMax;
      return linkable ? [inline] : partText(`${inline.text} (${inline.href})`, pieceMax).map(plainly);
    }
    case 'mention':
      return inline.name.length <= pieceMax ? [inline] : partText(inline.name, pieceMax).map(plainly);
    case 'time':
      return [inline];
    default:
      return assertNever(inline);
  }
}

function plainly(text: string): Inline {
  return { kind: 'plain', text };
}
