import { type Context, defineAction, defineCommand } from '../conversation/define.ts';
import type { Deps } from '../deps.ts';
import { routes } from '../doors.ts';
import type { View } from '../language/view.ts';
import { whenStorageIsAway } from '../values/errors.ts';
import { findersView, soonView } from './views.ts';

export const meetings = defineCommand({
  name: 'meetings',
  summary: 'command.meetings',
  needsStorage: false,
  options: {},
  run: soonOrFinders,
});

const meetingsDoor = defineAction({
  route: routes.meetings,
  needsStorage: false,
  args: [],
  link: 'opens',
  run: soonOrFinders,
});

export const otherFinders = defineAction({
  route: 'meet.find',
  link: 'opens',
  needsStorage: false,
  args: [],
  run: async ({ words }, { content }) => findersView(content.fellowships, null, words),
});

export const meetingActions = [meetingsDoor, otherFinders];

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
