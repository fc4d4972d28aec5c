import { type Asking, defineAction, defineCommand } from '../conversation/command.ts';
import type { View } from '../conversation/view.ts';
import type { Deps } from '../deps.ts';
import { routes } from '../doors.ts';
import { whenStorageIsAway } from '../errors.ts';
import { Temporal } from '../time.ts';
import type { MeetingRef, MeetingTime } from './meeting.ts';
import { meetingsSoon, type Occurrence } from './soon.ts';
import { findersView, type Listed, soonView } from './views.ts';

const shownNext = 5;
const shownOnNow = 3;

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

async function soon({ person, now, words }: Asking, { store, content }: Deps): Promise<View> {
  const [feeds, times] = await Promise.all([store.meetings.feeds(), store.meetings.times()]);
  if (times.length === 0) return findersView(content.fellowships, 'meetings.no-feed', words);
  const { onNow, next, zoneUnknown } = meetingsSoon(times, now, shownNext);
  const local = now.toZonedDateTimeISO(person.zone);
  const today = laterToday(zoneUnknown, local);
  const shown = [...onNow.slice(0, shownOnNow), ...next];
  const found = new Map(
    (await store.meetings.get([...shown, ...today].map(({ ref }) => ref))).map((one) => [key(one.ref), one]),
  );
  const list = (occurrences: readonly Occurrence[]): Listed[] =>
    occurrences.flatMap((occurrence) => {
      const meeting = found.get(key(occurrence.ref));
      return meeting === undefined ? [] : [{ meeting, occurrence }];
    });
  return soonView(
    {
      onNow: list(onNow.slice(0, shownOnNow)),
      next: list(next),
      zoneUnknown: today.flatMap(({ ref }) => found.get(key(ref)) ?? []),
      zoneUnknownCount: zoneUnknown.length,
      sources: feeds.map(({ name, importedAt }) => ({
        name,
        importedAt: importedAt.toZonedDateTimeISO(person.zone).toPlainDate().toString(),
      })),
    },
    person,
    words,
  );
}

/** By the member's own wall clock, since nobody knows the meeting's: said so where it is shown. */
function laterToday(times: readonly MeetingTime[], local: Temporal.ZonedDateTime): readonly MeetingTime[] {
  return times
    .filter(({ weekday, startMinute }) => weekday === local.dayOfWeek && startMinute >= local.hour * 60 + local.minute)
    .sort((a, b) => a.startMinute - b.startMinute)
    .slice(0, shownNext);
}

function key({ importId, slug, weekday, startMinute }: MeetingRef): string {
  return [importId, slug, weekday, startMinute].join(' ');
}
