import { type Command, defineAction } from '../conversation/define.ts';
import { aMeeting, aPerson, checkInNow, cravingNow, routes } from '../doors.ts';
import { isRefusal } from '../language/answer.ts';
import { actions, heading, view } from '../language/view.ts';

/** One page for whoever opens the bot without asking anything: the ways to help first, then what these commands say. */
export function today(shown: readonly Command[]) {
  return defineAction({
    route: routes.today,
    args: [],
    link: 'opens',
    async run(context, deps) {
      const { words } = context;
      const doors = actions(checkInNow(words), cravingNow(words), aMeeting(words), aPerson(words));
      const blocks = [];
      for (const command of shown) {
        const prepared = command.prepare({});
        if (!prepared.ok) throw new Error(`${command.name} needs more than nothing`);
        const outcome = await prepared.run(context, deps);
        blocks.push({ kind: 'divider' } as const, ...(isRefusal(outcome) ? outcome.view : outcome).blocks);
      }
      return view(heading(words.text('today.heading')), doors, blocks);
    },
  });
}
