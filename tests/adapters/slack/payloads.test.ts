import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownModal, toModal } from '../../../src/adapters/slack/modal.ts';
import { onOnePage, renderView } from '../../../src/adapters/slack/render.ts';
import { bold, plain, text, type View, view } from '../../../src/core/language/view.ts';
import { definitionsOver } from '../../../src/core/rooms.ts';
import { payloadContract } from '../../contracts/payloads.ts';
import { wordsOfBlocks } from '../../platforms/slack/payloads/blocks.ts';
import { problemsOfMessage } from '../../platforms/slack/payloads/message.ts';
import { problemsOfView } from '../../platforms/slack/payloads/view.ts';
import { long, short } from '../../support/hostile.ts';
import { volume } from '../../support/volume.ts';
import { wordsOfView } from '../../support/words-of-view.ts';
import { content } from '../../support/world.ts';

const words = content.asTyped('/handrail ').wordsFor('en');
const nowhere = { respondAt: null, chat: null };

/** Renders a view, and holds it to all that Slack and we ask of a message: gives what is read of it. */
function rendered(view: View): string {
  const parts = renderView(view);
  return parts
    .flatMap((part) => {
      if (part.kind === 'file') return [part.name, part.alt];
      const { text, blocks } = part;
      expect(problemsOfMessage({ channel: 'C1', text, blocks })).toEqual([]);
      expect(blocks.length).toBeGreaterThan(0);
      return wordsOfBlocks(blocks);
    })
    .join('\n');
}

/** Without what we leave out on purpose, and without spaces: a line of its own may stand between any two words. */
function essence(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu, '')
    .replace(/\s+/g, '');
}

/** The words of a view that nobody reads. */
function missing(view: View, read: string): readonly string[] {
  const all = new Set(wordsOfView(view, 3_000).map(essence));
  return [...all].filter((word) => !read.includes(word));
}

payloadContract('slack', {
  missing(view) {
    const shown = shownModal(renderView(view), words);
    return [...missing(view, essence(rendered(view))), ...(shown === null ? [] : problemsOfView(shown))];
  },
  problemsOf: (form) => problemsOfView(toModal(form, nowhere, words)),
});

describe('a payload', () => {
  it('of a form takes what was typed before, whatever it was', { timeout: 180_000 }, () => {
    const form = definitionsOver(content).forms.find(({ id }) => id === 'ci.form');
    fc.assert(
      fc.property(fc.oneof(short, long), (text) => {
        const fields = Object.entries(form?.fields ?? {}).map(([name, field]) => ({
          name,
          field,
          given: text,
          label: `a${text}`,
          hint: `a${text}`,
        }));
        const modal = toModal(
          { token: 'ci.form:today', step: 0, stepCount: 1, title: `a${text}`, fields },
          nowhere,
          words,
        );
        expect(problemsOfView(modal)).toEqual([]);
        expect(modal.blocks).toHaveLength(5);
      }),
      { numRuns: volume({ usual: 50, full: 500, soak: 2_000 }) },
    );
  });

  it('puts a page of more blocks than Slack takes into fewer, and loses no word of it', () => {
    const lines = Array.from({ length: 150 }, (_, i) => `line ${i}`);
    const parts = renderView(view(...lines.map((line) => text([bold(line)]))));
    const blocks = onOnePage(
      parts.flatMap((part) => (part.kind === 'blocks' ? part.blocks : [])),
      100,
    );
    expect(blocks.length).toBeLessThanOrEqual(100);
    const words = JSON.stringify(blocks);
    for (const line of lines) expect(words).toContain(`"${line}"`);
    const dividers = lines.map(() => ({ type: 'divider' as const }));
    expect(() => onOnePage(dividers, 100)).toThrow('do not fit');
  });

  it('breaks a text of 100,000 letters into messages, and loses none of them', () => {
    const view: View = { blocks: [{ kind: 'text', content: [plain('word '.repeat(20_000))] }] };
    expect(renderView(view)).toHaveLength(9);
    expect(rendered(view).match(/word/g)).toHaveLength(20_000);
  });
});
