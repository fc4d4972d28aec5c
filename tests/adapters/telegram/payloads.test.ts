import { describe, expect, it } from 'vitest';
import { type KeyboardButton, renderView } from '../../../src/adapters/telegram/render.ts';
import { timeInItsZone } from '../../../src/core/language/plain-text.ts';
import { type Inline, plain, type View } from '../../../src/core/language/view.ts';
import { payloadContract } from '../../contracts/payloads.ts';
import { parseHtml } from '../../platforms/telegram/html.ts';
import { problemsOfMessage } from '../../platforms/telegram/payloads.ts';
import { wordsOfView } from '../../support/words-of-view.ts';

/** Longer addresses are no links here. */
const hrefMax = 2_000;

/** Renders a view, and holds it to all that Telegram and we ask of a message: gives what is read of it. */
function rendered(view: View): string {
  return renderView(view)
    .flatMap((part) => {
      const words = { parse_mode: 'HTML', ...(part.kind === 'text' ? { text: part.html } : { caption: part.html }) };
      const keyboard = part.kind === 'text' ? part.keyboard : [];
      const body = { ...words, reply_markup: { inline_keyboard: keyboard } };
      expect(problemsOfMessage(body)).toEqual([]);
      // A list's items are told apart by another sign here.
      const text = parseHtml(part.html).spelled.replaceAll('• ', '- ');
      return [text, ...keyboard.flat().flatMap(wordsOfButton), ...(part.kind === 'file' ? [part.name] : [])];
    })
    .join('\n');
}

function wordsOfButton({ text, url }: KeyboardButton): readonly string[] {
  return url === undefined ? [text] : [text, url];
}

/** Without what nobody sees, and without spaces: a line of its own may stand between any two words. */
function essence(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Default_Ignorable_Code_Point}|\p{Surrogate}|\s+/gu,
    '',
  );
}

/** On the clock that it is written on. */
function withClocks(view: View): View {
  const clocked = (_: string, value: unknown) =>
    isTime(value) ? { kind: 'plain', text: timeInItsZone(value) } : value;
  return JSON.parse(JSON.stringify(view), clocked) as View;
}

function isTime(value: unknown): value is Extract<Inline, { kind: 'time' }> {
  return value instanceof Object && 'kind' in value && value.kind === 'time';
}

payloadContract('telegram', {
  missing(view) {
    const read = essence(rendered(view));
    const all = new Set(wordsOfView(withClocks(view), hrefMax).map(essence));
    return [...all].filter((word) => !read.includes(word));
  },
  // Here each is asked one question at a time, and those are views.
  problemsOf: () => [],
});

describe('a payload', () => {
  it('breaks a text of 100,000 letters into messages, and loses none of them', () => {
    const view: View = { blocks: [{ kind: 'text', content: [plain('word '.repeat(20_000))] }] };
    expect(renderView(view)).toHaveLength(25);
    expect(rendered(view).match(/word/g)).toHaveLength(20_000);
  });

  it('has its buttons below the last of its words, and a hundred of them a message', () => {
    const button = { kind: 'action', label: 'A', token: 'sos' } as const;
    const all = { kind: 'actions', buttons: Array.from({ length: 130 }, () => button) } as const;
    const parts = renderView({ blocks: [all, { kind: 'text', content: [plain('word '.repeat(1_000))] }] });
    const counts = parts.map((part) => (part.kind === 'text' ? part.keyboard.flat().length : -1));
    expect(counts).toEqual([0, 100, 30]);
  });

  it.each([
    ['time', '18:30 GMT'],
    ['day', 'Sunday 1 March'],
    ['day-and-time', 'Sunday 1 March, 18:30 GMT'],
  ] as const)('shows a %s on a clock that it names', (style, shown) => {
    const time = { kind: 'time', at: '2026-03-01T18:30:00Z', zone: 'Europe/London', style, locale: 'en' } as const;
    expect(rendered({ blocks: [{ kind: 'text', content: [time] }] })).toBe(shown);
  });

  it('makes a mention of nobody, and leaves an address of mail as it is', () => {
    const said = (text: string) => rendered({ blocks: [{ kind: 'text', content: [plain(text)] }] });
    expect(said('ask @mo, (@mo) or x-@mo.de')).toBe('ask @\u2060mo, (@\u2060mo) or x-@\u2060mo.de');
    expect(said('write to help.me+now@example.org.')).toBe('write to help.me+now@example.org.');
  });

  it('is checked by a reader of its own, which finds what is planted', () => {
    const text = (html: string) => problemsOfMessage({ text: html, parse_mode: 'HTML' });
    expect(text('fine &amp; <b>well</b>')).toEqual([]);
    expect(text('a & b')).toContain('an & that is not escaped');
    expect(text('a > b')).toContain('a > that is not escaped');
    expect(text('hello @everyone')).toContain('a mention');
    expect(text(' ')).toContain('message text is empty');
    expect(text('x'.repeat(4_097))).toContain('message is too long: 4097');
    expect(text(`<b>${'x'.repeat(4_096)}</b>`)).toEqual([]);
    expect(() => text('<u onclick="x">')).toThrow("Can't find end tag");
    expect(() => text('a < b')).toThrow('Unsupported start tag');
    expect(() => text('<b><i>x</b></i>')).toThrow('Unexpected end tag');
    expect(problemsOfMessage({ text: 'plain' })).toEqual(['words without parse_mode HTML']);
    const keyboard = (button: object) =>
      problemsOfMessage({ text: 'x', parse_mode: 'HTML', reply_markup: { inline_keyboard: [[button]] } });
    expect(keyboard({ text: 'x', callback_data: 'a'.repeat(65) })).toContain('callback_data is 1 to 64 bytes');
    expect(keyboard({ text: '', callback_data: 'a' })).toContain('a button without a label');
    expect(keyboard({ text: 'x' })).toContain('a button must have one use');
    expect(keyboard({ text: 'x', url: 'javascript:alert(1)' })).toContain('a button to nowhere: javascript:alert(1)');
  });
});
