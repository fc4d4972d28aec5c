import { z } from 'zod';
import { type Outcome, refusalReasons } from '../language/answer.ts';
import { storedView } from '../language/stored-view.ts';
import { text, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';

/** A request's outcome, as stored for its repeats. */
const remembered: z.ZodType<Outcome> = z.union([
  storedView,
  z.strictObject({ refused: z.enum(refusalReasons), view: storedView }),
]);

export function writeOutcome(outcome: Outcome): string {
  return JSON.stringify(outcome);
}

/** Returns the stored answer; if another version wrote an unreadable one, a view that says it is already done. */
export function readOutcome(written: string, words: Words): Outcome {
  const read = remembered.safeParse(JSON.parse(written));
  return read.success ? read.data : view(text(words.text('answer.done-already')));
}
