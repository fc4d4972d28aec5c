import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModal } from '../../../src/adapters/discord/modal.ts';
import { renderView } from '../../../src/adapters/discord/render.ts';
import { type Block, plain, type View } from '../../../src/core/conversation/view.ts';
import { modal } from '../../platforms/discord/payloads/modal.ts';
import { everywhere, long, short } from '../../support/hostile.ts';
import { quietLog } from '../../support/storage.ts';
import { everyoneWalks } from '../../support/walk.ts';
import { wordsOfView } from '../../support/words-of-view.ts';
import { content } from '../../support/world.ts';
import { aStorage, definitions } from './bot.ts';
import { readMarkdown, rendered } from './reading.ts';

const words = content.wordsFor('en');

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
  const words = new Set(wordsOfView(view, 1_500).map(essence));
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
    const blockOf = (text: string, i: number) => everywhere(text, 'discord')[i % 12] as Block;
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
        const blocks = everywhere(text, 'discord');
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
