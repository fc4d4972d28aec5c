import { actions, type Block, small, text } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { keepDetails } from './buttons.ts';

/** Asks for consent, in the first run and when someone first gives details. */
export function askToKeep(words: Words, saidSomething: boolean): readonly Block[] {
  const answers = (['yes', 'no', 'skip'] as const).map((answer) =>
    keepDetails.labelled(words.text(`keep.${answer}`), answer),
  );
  return [
    { kind: 'divider' },
    text(words.text(saidSomething ? 'keep.question-said' : 'keep.question')),
    small(words.text('keep.who-sees')),
    actions(...answers),
  ];
}
