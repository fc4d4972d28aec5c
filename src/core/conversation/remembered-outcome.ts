import { z } from 'zod';
import { type Outcome, refusalReasons } from '../language/answer.ts';
import { storedView } from '../language/stored-view.ts';
import { text, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';

/** What a request was answered, as it is kept for its repeats. */
const remembered: z.ZodType<Outcome> = z.union([
  storedView,
  z.strictObject({ refused: z.enum(refusalReasons), view: storedView }),
]);

export function writeOutcome(outcome: Outcome): string {
  return JSON.stringify(outcome);
}

/** The answer again, or where another version wrote what this one cannot read: that it is done already. */
export function readOutcome(written: string, words: Words): Outcome {
  const read = remembered.safeParse(JSON.parse(written));
  return read.success ? read.data : view(text(words.text('answer.done-already')));
}
