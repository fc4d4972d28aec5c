import {
  actions,
  type Block,
  bold,
  heading,
  link,
  list,
  plain,
  small,
  type Text,
  text,
  type View,
  view,
} from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Person } from '../members/person.ts';
import { cityOf } from '../members/zone.ts';
import { getHelpNow } from '../safety/buttons.ts';
import { otherFinders } from './buttons.ts';
import type { Fellowship } from './fellowship.ts';
import type { Meeting } from './meeting.ts';
import type { FeedInfo } from './store.ts';
import type { Listed, MeetingsNow } from './timetable.ts';

export function soonView(meetings: MeetingsNow, person: Person, words: Words): View {
  const { feeds, onNow, next, zoneUnknown, zoneUnknownCount } = meetings;
  return view(
    heading(words.text('meetings.heading')),
    onNow.length === 0
      ? []
      : [text(words.rich('meetings.on-now')), list(onNow.map((one) => onNowLine(one, person, words)))],
    next.length === 0 ? [] : [text(words.rich('meetings.next')), list(next.map((one) => nextLine(one, person, words)))],
    next.length + onNow.length === 0 ? null : small(words.text('meetings.your-time', { city: cityOf(person.zone) })),
    zoneUnknownCount === 0 ? [] : zoneUnknownBlocks(zoneUnknown, zoneUnknownCount, words),
    small(
      words.text('meetings.from', {
        feeds: words.list(feeds.map((feed) => feedText(feed, person, words))),
      }),
    ),
    small(words.text('meetings.check-first')),
    actions(otherFinders.labelled(words.text('meetings.more')), getHelpNow(words)),
  );
}

function feedText({ name, importedAt }: FeedInfo, { zone }: Person, words: Words): string {
  return words.text('meetings.feed', {
    name,
    importedAt: importedAt.toZonedDateTimeISO(zone).toPlainDate().toString(),
  });
}

function zoneUnknownBlocks(meetings: readonly Meeting[], count: number, words: Words): readonly Block[] {
  return [
    text(words.text('meetings.zone-unknown', { count, today: meetings.length })),
    meetings.length === 0
      ? null
      : list(meetings.map((meeting) => [bold(clockText(meeting)), plain(' '), ...described(meeting, words)])),
  ].filter((block) => block !== null);
}

function onNowLine({ meeting, occurrence }: Listed, { zone }: Person, words: Words): Text {
  const start = words.time(occurrence.startsAt, zone, 'time');
  const { endsAt } = occurrence;
  const span =
    endsAt === null
      ? words.rich('meetings.since', { start })
      : words.rich('meetings.until', { start, end: words.time(endsAt, zone, 'time') });
  return [...span, plain(' '), ...described(meeting, words)];
}

function nextLine({ meeting, occurrence }: Listed, { zone }: Person, words: Words): Text {
  const length =
    meeting.durationMinutes === null
      ? []
      : [plain(` · ${words.text('meetings.length', { minutes: meeting.durationMinutes })}`)];
  return [words.time(occurrence.startsAt, zone, 'day-and-time'), plain(' '), ...described(meeting, words), ...length];
}

function described(meeting: Meeting, words: Words): Text {
  const { name, location, address, joinUrl, joinPhone, sourceUrl, attendance } = meeting;
  const place = attendance === 'online' ? [] : [location, address].filter((part) => part !== null);
  const parts: Text[] = [
    [bold(name)],
    [plain(words.text(`attendance.${attendance}`))],
    ...(place.length === 0 ? [] : [[plain(place.join(', '))]]),
    ...(joinUrl === null ? [] : [[link(words.text('meetings.join', { host: new URL(joinUrl).host }), joinUrl)]]),
    ...(joinPhone === null ? [] : [[plain(words.text('meetings.dial', { phone: joinPhone }))]]),
    ...(sourceUrl === null ? [] : [[link(words.text('meetings.page'), sourceUrl)]]),
  ];
  return parts.flatMap((part, i) => (i === 0 ? part : [plain(' · '), ...part]));
}

function clockText({ startMinute }: Meeting): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(startMinute / 60))}:${two(startMinute % 60)}`;
}

/** The fellowships' own meeting finders. `instead`: why they replace a list of meetings. */
export function findersView(
  fellowships: readonly Fellowship[],
  instead: 'meetings.no-feed' | 'meetings.no-records' | null,
  words: Words,
): View {
  return view(
    heading(words.text('meetings.heading')),
    instead === null ? null : text(words.text(instead)),
    text(words.text('meetings.finders')),
    list(
      fellowships.map(({ name, about, finder, online }) => [
        bold(name),
        plain(`. ${about} `),
        link(words.text('meetings.finder'), finder),
        ...(online === undefined ? [] : [plain(' · '), link(words.text('meetings.online'), online)]),
      ]),
    ),
    fellowships.some(({ verifiedAt }) => verifiedAt === null) ? small(words.text('meetings.finders-unverified')) : null,
    actions(getHelpNow(words)),
  );
}
