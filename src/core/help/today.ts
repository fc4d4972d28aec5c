import { checkInNow } from '../checkins/buttons.ts';
import { type Command, on } from '../conversation/define.ts';
import { cravingNow } from '../coping/buttons.ts';
import { isRefusal } from '../language/answer.ts';
import { actions, heading, view } from '../language/view.ts';
import { aMeeting } from '../meetings/buttons.ts';
import { aPerson } from '../safety/buttons.ts';
import { today } from './buttons.ts';

/**
 * One page for someone who opens the bot without a question: first the ways to get help, then the output of these
 * commands.
 */
export function showToday(shown: readonly Command[]) {
  return on(today, {
    link: 'opens',
    async run(context, deps) {
      const { words } = context;
      const doors = actions(checkInNow(words), cravingNow(words), aMeeting(words), aPerson(words));
      const blocks = [];
      for (const command of shown) {
        const prepared = command.prepare({});
        if (!prepared.ok || prepared.opens !== null) throw new Error(`${command.name} needs more than nothing`);
        const outcome = await prepared.run(context, deps);
        blocks.push({ kind: 'divider' } as const, ...(isRefusal(outcome) ? outcome.view : outcome).blocks);
      }
      return view(heading(words.text('today.heading')), doors, blocks);
    },
  });
}
