import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toModal } from '../../../src/adapters/discord/modal.ts';
import { renderView } from '../../../src/adapters/discord/render.ts';
import { plain, type View } from '../../../src/core/language/view.ts';
import { payloadContract } from '../../contracts/payloads.ts';
import { modal } from '../../platforms/discord/payloads/modal.ts';
import { long, short } from '../../support/hostile.ts';
import { volume } from '../../support/volume.ts';
import { wordsOfView } from '../../support/words-of-view.ts';
import { content } from '../../support/world.ts';
import { definitions } from './bot.ts';
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

payloadContract('discord', {
  missing: (view) => missing(view, essence(rendered(view))),
  problemsOf(form) {
    modal.parse(toModal(form, words));
    return [];
  },
});

describe('a payload', () => {
  it('of a form takes what was typed before, whatever it was', { timeout: 180_000 }, () => {
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
      { numRuns: volume({ usual: 50, full: 500, soak: 2_000 }) },
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
