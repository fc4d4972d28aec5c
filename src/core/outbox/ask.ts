import { z } from 'zod';
import { on } from '../conversation/define.ts';
import { actions, text, view } from '../language/view.ts';
import { decideDoubt } from './buttons.ts';
import { defineTemplate } from './template.ts';

/** Asks the moderators about a post of which nobody knows whether it arrived. */
export const askAboutDoubt = defineTemplate({
  route: 'outbox.doubt',
  args: z.object({ id: z.string() }),
  // Asked a second time, it would only be noise.
  whenUncertain: 'leave',
  unasked: false,
  render: async ({ id }, { words }) =>
    view(
      text(words.text('outbox.doubt')),
      actions(
        decideDoubt.labelled(words.text('outbox.post-again'), 'post-again', id),
        decideDoubt.labelled(words.text('outbox.leave'), 'leave', id),
      ),
    ),
});

export const outboxActions = [
  on(decideDoubt, {
    link: { confirms: (words, decision) => words.text(`outbox.${decision}`) },
    role: 'moderator',
    answers: 'replace',
    run: ({ args: [decision, id], person, words, commit }) =>
      commit(async (tx) => {
        const community = person.community?.id ?? null;
        // A community without a row has no deliveries.
        const decided = community !== null && (await tx.outbox.decide(id, decision, community));
        return view(text(words.text(decided ? `outbox.decided-${decision}` : 'outbox.settled')));
      }),
  }),
];
