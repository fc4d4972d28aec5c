import { type Asking, defineAction, defineCommand } from '../conversation/command.ts';
import type { View } from '../conversation/view.ts';
import type { Deps } from '../deps.ts';
import { routes } from '../doors.ts';
import { whenStorageIsAway } from '../errors.ts';
import { findersView, soonView } from './views.ts';

export const meetings = defineCommand({
  name: 'meetings',
  summary: 'command.meetings',
  inHelpOnly: true,
  options: {},
  run: soonOrFinders,
});

const meetingsDoor = defineAction({
  route: routes.meetings,
  inHelpOnly: true,
  args: [],
  link: 'opens',
  run: soonOrFinders,
});

export const otherFinders = defineAction({
  route: 'meet.find',
  link: 'opens',
  inHelpOnly: true,
  args: [],
  run: async ({ words }, { content }) => findersView(content.fellowships, null, words),
});

export const meetingActions = [meetingsDoor, otherFinders];

function soonOrFinders(asking: Asking, deps: Deps): Promise<View> {
  const { words } = asking;
  const finders = () => findersView(deps.content.fellowships, 'meetings.no-records', words);
  return soon(asking, deps).catch(whenStorageIsAway(finders));
}

async function soon({ person, now, words }: Asking, { content, timetable }: Deps): Promise<View> {
  const meetingsNow = await timetable.at(now, person.zone);
  if (meetingsNow.count === 0) return findersView(content.fellowships, 'meetings.no-feed', words);
  return soonView(meetingsNow, person, words);
}
