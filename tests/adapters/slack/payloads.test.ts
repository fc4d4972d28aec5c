import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownModal, toModal } from '../../../src/adapters/slack/modal.ts';
import { renderView } from '../../../src/adapters/slack/render.ts';
import { type Block, plain, type View } from '../../../src/core/conversation/view.ts';
import { definitionsOver } from '../../../src/core/definitions.ts';
import { wordsOfBlocks } from '../../platforms/slack/payloads/blocks.ts';
import { problemsOfMessage } from '../../platforms/slack/payloads/message.ts';
import { problemsOfView } from '../../platforms/slack/payloads/view.ts';
import { everywhere, long, short } from '../../support/hostile.ts';
import { openSqliteStorage, quietLog, scratchFolder } from '../../support/storage.ts';
import { everyoneWalks } from '../../support/walk.ts';
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

function holds(view: View): void {
  expect(missing(view, essence(rendered(view)))).toEqual([]);
}

describe('a payload', () => {
  it('takes 10,000 strings as they come: no ping, no markup, nothing that Slack refuses, no word lost', {
    timeout: 120_000,
  }, () => {
    let tried = 0;
    const blockOf = (text: string, i: number) => everywhere(text, 'slack')[i % 12] as Block;
    const one = (text: string, i: number) => {
      tried += 1;
      holds({ blocks: [blockOf(text, i)] });
    };
    fc.assert(fc.property(short, fc.nat(11), one), { numRuns: 9_900 });
    fc.assert(fc.property(long, fc.nat(11), one), { numRuns: 100 });
    expect(tried).toBeGreaterThanOrEqual(10_000);
  });

  it('holds all kinds of blocks with the same hostile words, in their order', () => {
    fc.assert(
      fc.property(short, (text) => holds({ blocks: everywhere(text, 'slack') })),
      { numRuns: 200 },
    );
  });

  it('has every word of every view that the core has, and every form opens', { timeout: 120_000 }, async () => {
    const folder = scratchFolder();
    const storage = await openSqliteStorage(`${folder.path}/handrail.db`);
    const walked = await everyoneWalks(storage.store, quietLog);
    let [views, forms] = [0, 0];
    for (const answer of walked.answers) {
      if (answer.kind === 'open') {
        forms += 1;
        expect(problemsOfView(toModal(answer.form, nowhere, words))).toEqual([]);
        continue;
      }
      views += 1;
      holds(answer.view);
      const shown = shownModal(renderView(answer.view), words);
      if (shown !== null) expect(problemsOfView(shown)).toEqual([]);
    }
    expect(views).toBeGreaterThan(800);
    expect(forms).toBeGreaterThan(10);
    await walked.close();
    await storage.close();
    folder.remove();
  });

  it('of a form takes what was typed before, whatever it was', () => {
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
      { numRuns: 500 },
    );
  });

  it('breaks a text of 100,000 letters into messages, and loses none of them', () => {
    const view: View = { blocks: [{ kind: 'text', content: [plain('word '.repeat(20_000))] }] };
    expect(renderView(view)).toHaveLength(9);
    expect(rendered(view).match(/word/g)).toHaveLength(20_000);
  });
});
