import type { RichTextElement, RichTextSection } from '@slack/web-api';
import { timeText } from '../../core/language/plain-text.ts';
import { addressInFull, cut, partText, tidy } from '../../core/language/text-limits.ts';
import type { Inline, Text } from '../../core/language/view.ts';
import { assertNever } from '../../core/values/errors.ts';
import { Temporal } from '../../core/values/time.ts';
import { nameOf, readName } from './names.ts';

/** Text is split into pieces of this length, so that blocks can be filled up to their limit. */
const pieceMax = 1_000;
const hrefMax = 3_000;

/** How Slack writes a time for each reader: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const dateFormats = { time: '{time}', day: '{date_long}', 'day-and-time': '{date_long}, {time}' } as const;

type Element = RichTextElement;

/** Text as Slack rich text, in which no plain text becomes markup, a link or a mention. */
export function richText(text: Text): readonly Element[] {
  return text.flatMap(elementsOf);
}

export function section(elements: readonly Element[]): RichTextSection {
  return { type: 'rich_text_section', elements: [...elements] };
}

function elementsOf(inline: Inline): readonly Element[] {
  switch (inline.kind) {
    case 'plain':
      return words(inline.text);
    case 'bold':
      return words(inline.text, { bold: true });
    case 'italic':
      return words(inline.text, { italic: true });
    case 'link':
      return link(inline.text, inline.href);
    case 'time':
      return [
        {
          type: 'date',
          timestamp: seconds(inline.at),
          format: dateFormats[inline.style],
          fallback: timeText(inline),
        },
      ];
    case 'mention': {
      const user = userOf(inline);
      return user === null ? words(inline.name) : [{ type: 'user', user_id: user }];
    }
    default:
      return assertNever(inline);
  }
}

function words(text: string, style?: { bold?: true; italic?: true }): readonly Element[] {
  return partText(tidy(text), pieceMax)
    .filter((part) => part !== '')
    .map((part) => ({ type: 'text', text: part, ...(style !== undefined && { style }) }));
}

/** Links only web addresses; shows others after the text. */
function link(text: string, href: string): readonly Element[] {
  const url = webAddress(href);
  const label = tidy(text).trim();
  if (url === null || label === '' || label.length > pieceMax)
    return words(`${text} (${addressInFull(href, hrefMax)})`);
  return [{ type: 'link', url, text: label }];
}

/** The full address; null if it is too long or not http(s). */
export function webAddress(href: string): string | null {
  if (href.length > hrefMax || !URL.canParse(href)) return null;
  const { protocol, href: written } = new URL(href);
  return /^https?:$/.test(protocol) && written.length <= hrefMax ? written : null;
}

function userOf({ account }: Extract<Inline, { kind: 'mention' }>): string | null {
  const { id } = readName(account.key);
  return account.platform === 'slack' && /^[UW][A-Z0-9]{6,20}$/.test(id) ? id : null;
}

function seconds(at: string): number {
  return Math.floor(Temporal.Instant.from(at).epochMilliseconds / 1_000);
}

/** How many characters of a limit it uses. */
export function lettersOf(element: Element): number {
  if (element.type === 'text') return element.text.length;
  if (element.type === 'link') return (element.text ?? '').length + element.url.length;
  return 'fallback' in element ? (element.fallback ?? '').length : 20;
}

/** Escapes the three characters that are special in any text of Slack's. */
export function escape(text: string): string {
  return tidy(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Reverses Slack's escaping of text that was typed in this workspace, and replaces its references with names or IDs. */
export function unescape(text: string, team: string): string {
  return (
    text
      .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, '$1')
      // The channel of an option becomes its ID, because the option needs the channel and not its name.
      .replace(/(?<=\w:)<#(\w+)(?:\|[^>]*)?>/g, (_, id: string) => nameOf(team, id))
      .replace(/<[@#](\w+)(?:\|([^>]*))?>/g, (_, id: string, name?: string) => name || id)
      .replace(/<([^>|]+)\|([^>]*)>/g, '$2')
      .replace(/<([^>]+)>/g, '$1')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&')
  );
}

export function plainText(text: string, max: number): { type: 'plain_text'; text: string; emoji: false } {
  return { type: 'plain_text', text: cut(text, max) || '…', emoji: false };
}
