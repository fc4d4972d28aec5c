import { actions, type Block, small, text } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { keepDetails } from './buttons.ts';

/** The first question of the first run, and of the first time that someone says more than that they are here. */
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
