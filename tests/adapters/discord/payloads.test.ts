import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModal } from '../../../src/adapters/discord/modal.ts';
import { renderView } from '../../../src/adapters/discord/render.ts';
import { type Block, type Inline, plain, type View } from '../../../src/core/conversation/view.ts';
import { modal } from '../../platforms/discord/payloads/modal.ts';
import { quietLog } from '../../support/storage.ts';
import { everyoneWalks } from '../../support/walk.ts';
import { content } from '../../support/world.ts';
import { aStorage, definitions } from './bot.ts';
import { readMarkdown, rendered, wordsOfView } from './reading.ts';

const words = content.wordsFor('en');

/** What people and feeds may write: pings, markup, what is not seen, what turns words around, and a great deal of it. */
const hostile = [
  '@everyone @here <@100000000000000001> <@!100000000000000001> <@&100000000000000001> <#100000000000000001>'.split(
    ' ',
  ),
  '</sos:100000000000000001> <:smile:100000000000000001> <a:wave:100000000000000001> :smile: <t:0:R> <id:home>'.split(
    ' ',
  ),
  '** * __ _ ~~ || ` ``` \\ \\* ]( ( ) [text](https://example.org) https://example.org/_a_(b) <https://example.org>'.split(
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

const short = fc.array(fragment, { maxLength: 12 }).map((all) => all.join(''));
const long = fc.tuple(short, fc.integer({ min: 500, max: 100_000 })).map(([one, length]) => {
  const unit = one === '' ? 'x' : one;
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
});

/** The string in every place where words can stand. */
function everywhere(text: string): readonly Block[] {
  const inlines: readonly Inline[] = [
    { kind: 'plain', text },
    { kind: 'bold', text },
    { kind: 'bold', text },
    { kind: 'italic', text },
    { kind: 'link', text, href: 'https://example.org/a_(b)' },
    { kind: 'link', text, href: text },
    { kind: 'mention', account: { platform: 'discord', key: text }, name: text },
    { kind: 'time', at: '2026-03-01T12:00:00Z', zone: 'UTC', style: 'time' },
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

/** Without what we leave out on purpose, and without spaces: a line of its own, or a space, may stand between any two words. */
function essence(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]|\p{Surrogate}/gu, '')
    .replace(/\s+/g, '')
    .replaceAll('%28', '(')
    .replaceAll('%29', ')');
}

/** The words of a view that nobody reads. */
function missing(view: View, read: string): readonly string[] {
  const words = new Set(wordsOfView(view).map(essence));
  return [...words].filter((word) => !read.includes(word));
}

describe('a payload', () => {
  it('takes 10,000 strings as they come: no ping, no broken markup, nothing that Discord refuses, no word lost', {
    timeout: 120_000,
  }, () => {
    let tried = 0;
    const holds = (block: Block) => {
      tried += 1;
      const view: View = { blocks: [block] };
      const read = essence(rendered(view));
      expect(missing(view, read)).toEqual([]);
    };
    const blockOf = (text: string, i: number) => everywhere(text)[i % 12] as Block;
    fc.assert(
      fc.property(short, fc.nat(11), (text, i) => holds(blockOf(text, i))),
      { numRuns: 9_900 },
    );
    fc.assert(
      fc.property(long, fc.nat(11), (text, i) => holds(blockOf(text, i))),
      { numRuns: 100 },
    );
    expect(tried).toBeGreaterThanOrEqual(10_000);
  });

  it('holds all kinds of blocks with the same hostile words, in their order', () => {
    fc.assert(
      fc.property(short, (text) => {
        const blocks = everywhere(text);
        const read = essence(rendered({ blocks }));
        expect(missing({ blocks }, read)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('has every word of every view that the core has, and every form opens', { timeout: 120_000 }, async () => {
    const { store } = await aStorage();
    const walked = await everyoneWalks(store, quietLog);
    let [views, forms] = [0, 0];
    for (const answer of walked.answers) {
      if (answer.kind === 'open') {
        forms += 1;
        modal.parse(toModal(answer.form, words));
        continue;
      }
      views += 1;
      const read = essence(rendered(answer.view));
      expect(missing(answer.view, read)).toEqual([]);
    }
    expect(views).toBeGreaterThan(800);
    expect(forms).toBeGreaterThan(10);
    for (const { name } of definitions.commands) expect(walked.met).toContain(`command ${name}`);
    await walked.close();
  });

  it('of a form takes what was typed before, whatever it was', () => {
    const form = definitions.forms.find(({ id }) => id === 'ci.form');
    expect(form).toBeDefined();
    fc.assert(
      fc.property(fc.oneof(short, long), (text) => {
        const fields = Object.entries(form?.fields ?? {}).map(([name, field]) => ({
          name,
          field,
          given: text,
          label: `a${text}`,
          hint: `a${text}`,
        }));
        const shown = toModal({ token: 'ci.form:today', step: 0, stepCount: 1, title: `a${text}`, fields }, words);
        expect(modal.parse(shown).components).toHaveLength(5);
      }),
      { numRuns: 500 },
    );
  });

  it('breaks a text of 100,000 letters into messages, and loses none of them', () => {
    const text = 'word '.repeat(20_000);
    const messages = renderView({ blocks: [{ kind: 'text', content: [plain(text)] }] });
    expect(messages.length).toBe(25);
    expect(rendered({ blocks: [{ kind: 'text', content: [plain(text)] }] }).match(/word/g)).toHaveLength(20_000);
  });
});

describe('the reader of these tests', () => {
  it.each([
    '@everyone',
    '<#1>',
    'a*b',
    '# big',
    '> quoted',
    '[a](b)',
    '`x`',
    ':smile:',
    '**a****b**',
  ])('finds markup that is not escaped: %s', (text) => {
    expect(() => readMarkdown(text)).toThrow('Markup that nobody wrote');
  });
});
