import { assertNever } from '../values/errors.ts';
import { Temporal } from '../values/time.ts';
import type { Block, Button, Inline, Text, View } from './view.ts';

/** Renders a view as lines of text: all words, no formatting. */
export function toPlainText({ blocks }: View): string {
  return blocks.flatMap(linesOf).join('\n');
}

function linesOf(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [block.text];
    case 'text':
    case 'small':
      return [inlineText(block.content)];
    case 'list':
      return block.items.map((item, i) => `${block.ordered ? `${i + 1}.` : '-'} ${inlineText(item)}`);
    case 'facts':
      return block.rows.map(({ label, value }) => `${label}: ${inlineText(value)}`);
    case 'image':
      return [block.alt];
    case 'file':
      return [block.name];
    case 'divider':
      return [];
    case 'actions':
      return block.buttons.map(buttonText);
    case 'choice':
      return [block.label, ...block.options.map(buttonText)];
    case 'scale':
      return [block.label, ...block.steps.map(buttonText)];
    default:
      return assertNever(block);
  }
}

function buttonText(button: Button): string {
  return button.kind === 'link' ? `${button.label} ${button.href}` : button.label;
}

function inlineText(text: Text): string {
  return text.map(inlineWords).join('');
}

function inlineWords(inline: Inline): string {
  switch (inline.kind) {
    case 'plain':
    case 'bold':
    case 'italic':
      return inline.text;
    case 'link':
      return `${inline.text} (${inline.href})`;
    case 'time':
      return timeText(inline);
    case 'mention':
      return inline.name;
    default:
      return assertNever(inline);
  }
}

/** "18:30", "Sunday 1 November", "Sunday 1 November, 18:30 EST": in the time's own `zone`. */
export function timeText({ at, zone, style, locale }: Extract<Inline, { kind: 'time' }>): string {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const clock = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const day = local
    .toLocaleString(dayLocale(locale), { weekday: 'long', day: 'numeric', month: 'long' })
    .replace(',', '');
  switch (style) {
    case 'time':
      return clock;
    case 'day':
      return day;
    case 'day-and-time':
      return `${day}, ${clock} ${zoneName(local, locale)}`;
    default:
      return assertNever(style);
  }
}

/** Adds the zone name, for a platform that does not know the reader's zone. */
export function timeInItsZone(inline: Extract<Inline, { kind: 'time' }>): string {
  if (inline.style !== 'time') return timeText(inline);
  return `${timeText(inline)} ${zoneName(Temporal.Instant.from(inline.at).toZonedDateTimeISO(inline.zone), inline.locale)}`;
}

/** Uses British dates for English without a country, because most of the world writes days so. */
function dayLocale(locale: string): string {
  return locale === 'en' ? 'en-GB' : locale;
}

/** The short zone name in the locale: "EST", "GMT+2". */
function zoneName(local: Temporal.ZonedDateTime, locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: local.timeZoneId, timeZoneName: 'short' }).formatToParts(
    local.epochMilliseconds,
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? local.timeZoneId;
}
