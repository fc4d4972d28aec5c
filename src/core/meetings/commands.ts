import type { Context, Deps } from '../conversation/context.ts';
import { defineCommand, on } from '../conversation/define.ts';
import type { View } from '../language/view.ts';
import { whenStorageIsAway } from '../values/errors.ts';
import { otherFinders, soonest } from './buttons.ts';
import { findersView, soonView } from './views.ts';

export const meetings = defineCommand({
  name: 'meetings',
  summary: 'command.meetings',
  needsStorage: false,
  options: {},
  run: soonOrFinders,
});

export const meetingActions = [
  on(soonest, {
    needsStorage: false,
    link: 'opens',
    run: soonOrFinders,
  }),
  on(otherFinders, {
    link: 'opens',
    needsStorage: false,
    run: async ({ words }, { content }) => findersView(content.fellowships, null, words),
  }),
];

function soonOrFinders(context: Context, deps: Deps): Promise<View> {
  const { words } = context;
  const finders = () => findersView(deps.content.fellowships, 'meetings.no-records', words);
  return soon(context, deps).catch(whenStorageIsAway(finders));
}

async function soon({ person, now, words }: Context, { content, timetable }: Deps): Promise<View> {
  const meetingsNow = await timetable.at(now, person.zone);
  if (meetingsNow.count === 0) return findersView(content.fellowships, 'meetings.no-feed', words);
  return soonView(meetingsNow, person, words);
}
