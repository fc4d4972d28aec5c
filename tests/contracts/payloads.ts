import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, OpenForm } from '../../src/core/language/answer.ts';
import type { Block, View } from '../../src/core/language/view.ts';
import { everywhere, long, short } from '../support/hostile.ts';
import { memoryStore } from '../support/memory-store.ts';
import { quietLog } from '../support/storage.ts';
import { volume } from '../support/volume.ts';
import { everyoneWalks } from '../support/walk.ts';

/** Of up to some hundred letters, and of 500 to 100,000. */
const strings = volume({
  usual: { short: 1_980, long: 20 },
  full: { short: 9_900, long: 100 },
  soak: { short: 40_000, long: 1_000 },
});

/** What everyone is answered everywhere, for all platforms of this process. */
let everyAnswer: Promise<readonly Answer[]> | undefined;

async function walk(): Promise<readonly Answer[]> {
  const { answers, close } = await everyoneWalks(memoryStore(), quietLog);
  await close();
  return answers;
}

interface Payloads {
  /** The words of a view that nobody reads. Throws where a payload is refused, pings, or has markup that we did not write. */
  missing(view: View): readonly string[];
  /** What the platform refuses in a form; or it throws. */
  problemsOf(form: OpenForm): readonly string[];
}

/** What every platform's payloads promise, whatever somebody has written. */
export function payloadContract(platform: string, { missing, problemsOf }: Payloads): void {
  const holds = (view: View) => {
    expect(missing(view)).toEqual([]);
  };

  describe(`${platform}: a payload`, () => {
    it(`takes ${strings.short + strings.long} strings as they come: no ping, no broken markup, nothing that is refused, no word lost`, {
      timeout: 600_000,
    }, () => {
      let tried = 0;
      const blockOf = (text: string, i: number) => everywhere(text, platform)[i % 12] as Block;
      const one = (text: string, i: number) => {
        tried += 1;
        holds({ blocks: [blockOf(text, i)] });
      };
      fc.assert(fc.property(short, fc.nat(11), one), { numRuns: strings.short });
      fc.assert(fc.property(long, fc.nat(11), one), { numRuns: strings.long });
      expect(tried).toBeGreaterThanOrEqual(strings.short + strings.long);
    });

    it('holds all kinds of blocks with the same hostile words', () => {
      fc.assert(
        fc.property(short, (text) => holds({ blocks: everywhere(text, platform) })),
        { numRuns: 200 },
      );
    });

    it('has every word of every view that the core has, and every form opens', { timeout: 120_000 }, async () => {
      const answers = await (everyAnswer ??= walk());
      let [views, forms] = [0, 0];
      for (const answer of answers) {
        if (answer.kind === 'open') {
          forms += 1;
          expect(problemsOf(answer.form)).toEqual([]);
        } else if (answer.kind !== 'nothing') {
          views += 1;
          holds(answer.view);
        }
      }
      expect(views).toBeGreaterThan(800);
      expect(forms).toBeGreaterThan(10);
    });
  });
}
