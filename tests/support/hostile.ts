import fc from 'fast-check';
import type { Block, Inline } from '../../src/core/language/view.ts';

/** What people and feeds may write: pings, markup, what is not seen, what turns words around, and a great deal of it. */
const hostile = [
  '@everyone @here <@100000000000000001> <@!100000000000000001> <@&100000000000000001> <#100000000000000001>'.split(
    ' ',
  ),
  '</sos:100000000000000001> <:smile:100000000000000001> <a:wave:100000000000000001> :smile: <t:0:R> <id:home>'.split(
    ' ',
  ),
  '** * __ _ ~~ || ` ``` \\ \\* ]( ( ) [text](https://example.org) https://example.org/_a_(b) <https://example.org> https://localhost'.split(
    ' ',
  ),
  ['```js\n', '> ', '>>> ', '# ', '-# ', '- ', '+ ', '1. ', '1) ', ' ', '  ', '\n', '\n\n', '\r\n', '\t', '\u2028'],
  ['\u200b', '\u200d', '\u2060', '\ufeff', '\u202e', '\u2066', '\u0000', '\u001b[2J', '\ud800', '\udc00', '\u00ad'],
  'שלום مرحبا 👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 𝔞 mood quiet 42 .'.split(' '),
].flat();

const fragment = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
);

export const short = fc.array(fragment, { maxLength: 12 }).map((all) => all.join(''));
export const long = fc.tuple(short, fc.integer({ min: 500, max: 100_000 })).map(([one, length]) => {
  const unit = one === '' ? 'x' : one;
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
});

/** The string in every place where words can stand. */
export function everywhere(text: string, platform: string): readonly Block[] {
  const inlines: readonly Inline[] = [
    { kind: 'plain', text },
    { kind: 'bold', text },
    { kind: 'bold', text },
    { kind: 'italic', text },
    { kind: 'link', text, href: 'https://example.org/a_(b)' },
    { kind: 'link', text, href: text },
    { kind: 'mention', account: { platform, key: text }, name: text },
    { kind: 'time', at: '2026-03-01T12:00:00Z', zone: 'UTC', style: 'time', locale: 'en' },
  ];
  const action = { kind: 'action', label: text, token: 'sos' } as const;
  return [
    { kind: 'heading', text },
    { kind: 'text', content: inlines },
    { kind: 'small', content: inlines },
    { kind: 'list', ordered: true, items: [inlines, inlines] },
    { kind: 'list', ordered: false, items: [inlines] },
    { kind: 'facts', rows: [{ label: text, value: inlines }] },
    { kind: 'image', png: 'AA==', alt: text },
    { kind: 'file', name: text, mediaType: 'text/plain', base64: 'AA==' },
    { kind: 'divider' },
    {
      kind: 'actions',
      buttons: [
        action,
        action,
        { kind: 'link', label: text, href: 'https://example.org/' },
        { kind: 'link', label: text, href: text },
      ],
    },
    { kind: 'choice', label: text, options: [action, action] },
    { kind: 'scale', label: text, steps: [{ ...action, value: 1 }] },
  ];
}
