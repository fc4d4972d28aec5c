import { z } from 'zod';
import { settleDays } from '../checkins/fold.ts';
import { settleKeeping } from '../checkins/record.ts';
import { askToKeep } from '../checkins/views.ts';
import { type Asking, defineAction, defineCommand, defineForm, defineFormDoor } from '../conversation/command.ts';
import { parsed } from '../conversation/field.ts';
import {
  type ActionButton,
  actions,
  type Block,
  heading,
  link,
  list,
  small,
  text,
  type View,
  view,
} from '../conversation/view.ts';
import type { Deps } from '../deps.ts';
import { aMeeting, aPerson, checkInNow, cravingNow, getHelpNow, routes } from '../doors.ts';
import type { StoreWrites } from '../ports.ts';
import { orFloor } from '../safety/floor.ts';
import { countryHelp } from '../safety/helplines.ts';
import type { ZoneId } from '../time.ts';
import type { Words } from '../words/words.ts';
import { countryCode, countryName } from './country.ts';
import type { Member } from './member.ts';
import { withSettings } from './person.ts';
import { aboutCountry, aboutZone } from './where.ts';
import { cityOf, clockIn, zoneName, zonesToPick } from './zone.ts';

/**
 * The first run: three questions, each one tap, each skippable, none in the way. A first check-in asks the first of
 * them with its answer; each answer asks the next.
 */
export const start = defineCommand({
  name: 'start',
  // Needs no database, and Telegram puts a word of its own behind it.
  inHelpOnly: true,
  summary: 'command.start',
  options: {},
  async run({ words }) {
    return view(
      heading(words.text('start.heading')),
      text(words.text('start.what')),
      text(words.text('start.not-treatment')),
      askToKeep(words, false),
      actions(getHelpNow(words)),
    );
  },
});

const keepAnswer = defineAction({
  route: routes.keepDetails,
  args: [z.enum(['yes', 'no', 'skip'])],
  link: { confirms: (words, answer) => words.text(`link.keep-${answer === 'skip' ? 'later' : answer}`) },
  answers: 'replace',
  run: ({ args: [answer], ...asking }, deps) =>
    asking.commit(async (tx, member) => {
      const said = await keepingSaid(tx, member, asking, answer);
      return view(text(asking.words.text(said)), nextQuestion(member, asking, deps));
    }),
});

async function keepingSaid(tx: StoreWrites, member: Member, asking: Asking, answer: 'yes' | 'no' | 'skip') {
  if (answer === 'skip') {
    const waits = await tx.drafts.find(asking.person.account, 'details', asking.now);
    return waits === null ? 'keep.said-skip' : 'keep.said-skip-waiting';
  }
  const kept = await settleKeeping(tx, member, asking, answer === 'yes');
  return kept ? 'keep.kept' : (`keep.said-${answer}` as const);
}

function nextQuestion(member: Member, asking: Asking, deps: Deps): readonly Block[] {
  if (member.zone === null) return askZone(asking);
  return member.country === null ? askCountry(asking, deps) : [actions(getHelpNow(asking.words))];
}

function askZone({ person, now, words }: Asking): readonly Block[] {
  const { zone, zoneFrom } = person;
  if (zoneFrom === 'nowhere') return askClock({ now, words });
  const clock = clockIn(zone, now);
  return [
    text(words.text('first-run.zone', { clock, city: cityOf(zone) })),
    actions(
      zoneAnswer.button(words.text('first-run.zone-yes', { clock }), zone),
      chooseZone.button(words.text('first-run.zone-no')),
      skipZone(words),
    ),
  ];
}

/** Where the zone is anybody's guess: by what the clock says. */
function askClock({ now, words }: Pick<Asking, 'now' | 'words'>): readonly Block[] {
  return [
    text(words.text('first-run.zone-open')),
    {
      kind: 'choice',
      label: words.text('first-run.zone-pick'),
      options: zonesToPick.map((zone) =>
        zoneAnswer.button(words.text('first-run.zone-city', { city: cityOf(zone), clock: clockIn(zone, now) }), zone),
      ),
    },
    actions(otherCity.button(words.text('first-run.zone-other')), skipZone(words)),
  ];
}

function skipZone(words: Words): ActionButton {
  return zoneAnswer.button(words.text('first-run.skip'), 'skip');
}

const chooseZone = defineAction({
  route: 'fr.zones',
  link: 'opens',
  args: [],
  answers: 'replace',
  run: async (asking) => view(askClock(asking)),
});

const zoneAnswer = defineAction({
  route: 'fr.zone',
  args: [z.union([z.literal('skip'), zoneName])],
  link: {
    confirms: (words, zone) =>
      zone === 'skip' ? words.text('link.skip') : words.text('link.zone', { city: cityOf(zone) }),
  },
  answers: 'replace',
  run: async ({ args: [zone], ...asking }, deps) =>
    zone === 'skip' ? view(askCountry(asking, deps)) : setZone(asking, deps, zone),
});

const otherCity = defineFormDoor({
  route: 'fr.city',
  args: [],
  link: { confirms: (words) => words.text('link.city') },
  opens: () => cityForm.call(),
});

const city = parsed({ ...aboutZone, required: true });

const cityForm = defineForm({
  id: 'fr.cityform',
  title: 'form.city',
  args: [],
  fields: { zone: city },
  pages: [['zone']],
  run: ({ answers: { zone }, ...asking }, deps) => setZone(asking, deps, zone),
});

function setZone(asking: Asking, deps: Deps, zone: ZoneId) {
  const { words, now } = asking;
  return asking.commit(async (tx, member) => {
    await tx.members.change(member.id, { zone });
    const after = { ...member, zone };
    await settleDays(tx, after, withSettings(asking.person, after, now), now);
    const clock = clockIn(zone, now);
    return view(
      text(words.text('settings.zone-set', { city: cityOf(zone), clock })),
      member.country === null ? askCountry(asking, deps) : done(asking),
    );
  });
}

function askCountry({ words }: Asking, { content }: Deps): readonly Block[] {
  return [
    text(words.text('first-run.country')),
    {
      kind: 'choice',
      label: words.text('field.country'),
      options: Object.keys(content.helplines).map((code) =>
        countryAnswer.button(countryName(code, words.locale), code),
      ),
    },
    actions(
      otherCountry.button(words.text('first-run.country-other')),
      countryAnswer.button(words.text('first-run.skip'), 'skip'),
    ),
  ];
}

const countryAnswer = defineAction({
  route: 'fr.country',
  args: [z.union([z.literal('skip'), countryCode])],
  link: {
    confirms: (words, country) =>
      country === 'skip'
        ? words.text('link.skip')
        : words.text('link.country', { country: countryName(country, words.locale) }),
  },
  answers: 'replace',
  run: async ({ args: [country], ...asking }) =>
    country === 'skip' ? view(done(asking)) : setCountry(asking, country),
});

const otherCountry = defineFormDoor({
  route: 'fr.land',
  args: [],
  link: { confirms: (words) => words.text('link.country-form') },
  opens: () => countryForm.call(),
});

const land = parsed({ ...aboutCountry, required: true });

const countryForm = defineForm({
  id: 'fr.landform',
  title: 'form.country',
  args: [],
  fields: { country: land },
  pages: [['country']],
  run: ({ answers: { country }, ...asking }) => setCountry(asking, country),
});

function setCountry(asking: Asking, country: string) {
  const { words } = asking;
  return asking.commit(async (tx, member) => {
    await tx.members.change(member.id, { country });
    return view(
      text(words.text('settings.country-set', { country: countryName(country, words.locale) })),
      done(asking),
    );
  });
}

function done({ words }: Asking): readonly Block[] {
  return [
    text(words.text('first-run.done')),
    actions(cravingNow(words), aPerson(words), aMeeting(words), checkInNow(words)),
    actions(justStopped.button(words.text('withdrawal.button')), getHelpNow(words)),
  ];
}

/** For someone who stopped alcohol or benzodiazepines this week: the danger signs, and the emergency number first. */
const justStopped = defineAction({
  route: 'fr.stopped',
  args: [],
  link: 'opens',
  inHelpOnly: true,
  urgency: 'help',
  run: async (asking, deps) => orFloor(asking.person.country, deps, () => withdrawalView(asking, deps)),
});

function withdrawalView({ person, words }: Asking, { content }: Deps): View {
  const help = countryHelp(content.helplines, person.country);
  const numbers = help?.emergency.map(({ display }) => display).join(' / ');
  return view(
    heading(words.text('withdrawal.heading')),
    text(numbers === undefined ? words.rich('sos.emergency-anywhere') : words.rich('withdrawal.call', { numbers })),
    text(words.text('withdrawal.signs')),
    list([
      words.text('withdrawal.sign-seizure'),
      words.text('withdrawal.sign-confusion'),
      words.text('withdrawal.sign-seeing'),
      words.text('withdrawal.sign-fever'),
    ]),
    text(words.text('withdrawal.doctor')),
    small(
      words.rich('withdrawal.source', {
        alcohol: link('MedlinePlus: Delirium tremens', 'https://medlineplus.gov/ency/article/000766.htm'),
        benzos: link(
          'Boxed warning on benzodiazepines',
          'https://www.fda.gov/drugs/drug-safety-and-availability/fda-requiring-boxed-warning-updated-improve-safe-use-benzodiazepine-drug-class',
        ),
      }),
    ),
    actions(aPerson(words)),
  );
}

export const firstRunActions = [
  keepAnswer,
  chooseZone,
  zoneAnswer,
  otherCity,
  countryAnswer,
  otherCountry,
  justStopped,
];
export const firstRunForms = [cityForm, countryForm];
