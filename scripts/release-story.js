// What people told a bot by the time of its release, through the bot's own ways. Only add to it: the tests of earlier
// releases stand on what it says already.
import { readContent } from '../dist/content.js';
import { installations } from '../dist/core/communities/installations.js';
import { createInbox } from '../dist/core/conversation/inbox.js';
import { noLimits } from '../dist/core/conversation/traffic.js';
import { buttonsOf } from '../dist/core/language/view.js';
import { importMeetings } from '../dist/core/meetings/import.js';
import { openTimetable } from '../dist/core/meetings/timetable.js';
import { adapterState } from '../dist/core/platform/adapter-state.js';
import { definitionsOver } from '../dist/core/rooms.js';
import { Temporal } from '../dist/core/values/time.js';

const platform = 'memory';
const limits = { fieldsPerForm: 0, commandPrefix: '/', hasModeratorGroups: true, canCheckModeratorInDm: false };
const newYork = 'America/New_York';
const berlin = 'Europe/Berlin';
const chicago = 'America/Chicago';
const lastDay = '2026-11-23';

/** After the last thing that is told. */
export const toldUntil = Temporal.PlainDateTime.from(`${lastDay}T21:30`).toZonedDateTime(berlin).toInstant();

/** Under these names it is all found again. */
const names = {
  platform,
  accounts: ['amy', 'bob', 'cleo', 'dana', 'mo'],
  communities: ['harbor', 'hillside'],
  requests: [{ account: 'amy', id: 'amy-last-check-in' }],
  strategies: ['urge-surfing'],
};

/** Tells all of it, and gives the names under which it is found again. */
export async function tellStory(store, log) {
  const bot = openBot(store, log);
  await communitiesAreSetUp(bot);
  await danaIsInACommunityThatTheBotLeaves(bot);
  await cleoKeepsNothingAndPauses(bot);
  await amyTellsALot(bot);
  await bobHasNotSaidYetWhatMayBeKept(bot);
  await meetingsAreImported(bot);
  bot.itIs(`${lastDay}T21:20`, berlin);
  await bot.state.put('workspace-one', 'a token of workspace one');
  await bot.state.put('workspace-two', 'a token of workspace two');
  return names;
}

async function communitiesAreSetUp(bot) {
  bot.itIs('2026-11-01T12:00', chicago);
  for (const name of names.communities) await bot.installations.joined(name);
  const mo = (community) => bot.person('mo', { community, claims: ['moderator'] });
  await mo('hillside').says('/community zone:Berlin country:DE');
  await mo('harbor').says('/community zone:Chicago country:IE moderators:helpers');
}

async function danaIsInACommunityThatTheBotLeaves(bot) {
  const dana = bot.person('dana', { community: 'hillside' });
  for (const day of days(14, 15)) {
    bot.itIs(`${day}T08:00`, berlin);
    await dana.says('/checkin');
  }
  bot.itIs('2026-11-20T10:00', berlin);
  await bot.installations.left('hillside');
}

async function cleoKeepsNothingAndPauses(bot) {
  const cleo = bot.person('cleo', { zone: newYork });
  bot.itIs('2026-11-17T08:00', newYork);
  await cleo.says('/settings keep:no');
  for (const day of days(17, 19)) {
    bot.itIs(`${day}T09:00`, newYork);
    await cleo.says('/checkin mood:2 note:"not to be kept"');
  }
  bot.itIs('2026-11-20T09:00', newYork);
  await cleo.says('/settings pause_from:2026-11-20');
}

async function amyTellsALot(bot) {
  const amy = bot.person('amy', { community: 'harbor', zone: newYork });
  bot.itIs('2026-11-02T08:00', newYork);
  await amy.says('/settings keep:yes country:IE words:"in recovery" plain:yes');
  for (const day of [...days(2, 12), ...days(16, 17)]) {
    bot.itIs(`${day}T09:00`, newYork);
    const date = Number(day.slice(-2));
    await amy.says(`/checkin mood:${1 + (date % 5)} craving:${date % 11} note:"what amy said on the ${date}th"`);
  }
  bot.itIs('2026-11-17T10:00', newYork);
  await amy.says('/settings pause_from:2026-11-13 pause_until:2026-11-15');
  bot.itIs('2026-11-18T19:00', berlin);
  await amy.says('/settings zone:Berlin day_ends:02:00');
  await amy.says('/checkin confidence:6 feelings:lonely,tired');
  bot.itIs('2026-11-20T09:00', berlin);
  await amy.says('/checkin');
  await amy.says('/checkin day:yesterday note:"the day before, told late"');
  for (const [run, after] of [3, 8].entries()) {
    await amy.asks({ kind: 'action', token: `cope.done:run${run}:urge-surfing:craving:7:${after}` });
  }
  bot.itIs('2026-11-21T09:00', berlin);
  await amy.says('/checkin used:yes craving:8');
  bot.itIs('2026-11-22T09:00', berlin);
  await amy.says('/checkin');
  bot.itIs(`${lastDay}T21:00`, berlin);
  await amy.says('/checkin note:"a walk by the river, żółć 川"', 'amy-last-check-in');
  // A form that she has not finished: its first question is answered.
  await amy.presses('Say more about today');
  await amy.presses('Mood 4 of 5');
}

async function bobHasNotSaidYetWhatMayBeKept(bot) {
  const bob = bot.person('bob', { community: 'harbor' });
  for (const day of days(21, 23)) {
    bot.itIs(`${day}T13:30`, chicago);
    await bob.says(day === lastDay ? '/checkin mood:3 note:"the lake was quiet"' : '/checkin');
  }
}

async function meetingsAreImported(bot) {
  bot.itIs(`${lastDay}T21:10`, berlin);
  const all = {
    slug: 'river-noon',
    name: 'By the river, at noon',
    weekday: 2,
    startMinute: 750,
    durationMinutes: 60,
    zone: berlin,
    attendance: 'hybrid',
    types: ['O', 'D'],
    location: 'The boat house',
    address: 'Example Street 1, Berlin',
    joinUrl: 'https://example.org/join/river',
    joinPhone: '+49 30 000000',
    sourceUrl: 'https://example.org/river',
  };
  const nothing = { durationMinutes: null, zone: null, location: null, address: null };
  const little = { ...all, ...nothing, joinUrl: null, joinPhone: null, sourceUrl: null, types: [] };
  const evening = { ...little, slug: 'evening', name: 'Evening', weekday: 7, startMinute: 0, attendance: 'in-person' };
  const online = { ...all, slug: 'online', name: 'Online', weekday: 5, startMinute: 1439, attendance: 'online' };
  const river = { name: 'river', program: 'aa' };
  await importMeetings(bot.store, bot.clock, river, 'river-1', [all, evening]);
  await importMeetings(bot.store, bot.clock, { name: 'online', program: 'smart' }, 'online-1', [online]);
  // An import that was cut off: none of it may be shown.
  const half = { ...all, slug: 'half', name: 'Of half an import' };
  await bot.store.transaction((tx) => tx.meetings.addBatch(river, 'river-2', [half], bot.clock.now()));
}

/** Dates of November 2026, both ends included. */
function days(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => `2026-11-${String(from + i).padStart(2, '0')}`);
}

function openBot(store, log) {
  let now;
  const clock = { now: () => now };
  const content = readContent();
  const deps = { store, content, timetable: openTimetable(store.meetings), clock, log };
  const inbox = createInbox({
    definitions: definitionsOver(content, limits),
    deps,
    limits,
    traffic: noLimits,
    rights: {
      mayModerate: async ({ claims }) => claims.includes('moderator'),
      mayPost: async () => 'unknown',
    },
  });
  return {
    store,
    clock,
    installations: installations({ name: platform, limits }, deps),
    state: adapterState(platform, deps),
    itIs(local, zone) {
      now = Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();
    },
    person: (account, about) => person(inbox, clock, account, about),
  };
}

let requests = 0;

function person(inbox, clock, account, { community = null, zone = null, claims = [] }) {
  let shown;
  async function asks(asked, id = `story-${++requests}`) {
    const caller = { platform, account, community, locale: 'en', zone, claims };
    const place = community === null ? { kind: 'private' } : { kind: 'channel', channel: 'general' };
    const answer = await inbox.receive({ id, caller, place, at: clock.now(), asked });
    if (!['reply', 'replace'].includes(answer.kind)) throw new Error(`${account}: ${JSON.stringify(answer)}`);
    shown = answer.view;
  }
  return {
    asks,
    says(line, id) {
      const [, name, rest] = /^\/(\S+)\s*(.*)$/s.exec(line);
      return asks({ kind: 'typed', name, rest }, id);
    },
    presses(label) {
      const { token } = buttonsOf(shown).find((button) => button.label === label);
      return asks({ kind: 'action', token });
    },
  };
}
