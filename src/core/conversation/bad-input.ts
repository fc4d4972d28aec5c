import type { Answer } from '../language/answer.ts';
import type { Problem } from '../language/field.ts';
import { actions, small, text, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { getHelpNow } from '../safety/buttons.ts';

/** One sentence for each problem. */
export function badInput(
  problems: readonly Problem[],
  words: Words,
  command: string | null,
): Answer & { kind: 'refused' } {
  const sentences = problems.map(({ field, sentence }) => ({ field, sentence: sentence(words) }));
  const hint = command === null ? null : small(words.text('refused.bad-input-hint', { command }));
  const shown = view(
    sentences.map(({ sentence }) => text(sentence)),
    hint,
    actions(getHelpNow(words)),
  );
  return { kind: 'refused', audience: 'private', reason: 'bad-input', view: shown, problems: sentences };
}
