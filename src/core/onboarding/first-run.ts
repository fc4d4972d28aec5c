import { checkInNow } from '../checkins/buttons.ts';
import { settleDays } from '../checkins/fold.ts';
import { settleWaiting } from '../checkins/record.ts';
import { askToKeep } from '../consent/ask.ts';
import { keepDetails } from '../consent/buttons.ts';
import { answerConsent } from '../consent/consent.ts';
import type { Context, Deps } from '../conversation/context.ts';
import { defineCommand, defineForm, on, opensForm } from '../conversation/define.ts';
import type { StoreWrites } from '../conversation/store.ts';
import { cravingNow } from '../coping/buttons.ts';
import { parsed } from '../language/field.ts';
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
} from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { aMeeting } from '../meetings/buttons.ts';
import { countryName } from '../members/country.ts';
import type { Member } from '../members/member.ts';
import { withSettings } from '../members/person.ts';
import { aboutCountry, aboutZone } from '../members/where.ts';
import { cityOf, clockIn, zonesToPick } from '../members/zone.ts';
import { aPerson, getHelpNow } from '../safety/buttons.ts';
import { orFloor } from '../safety/floor.ts';
import { countryHelp } from '../safety/helplines.ts';
import type { ZoneId } from '../values/time.ts';
import { chooseZone, countryAnswer, justStopped, otherCity, otherCountry, zoneAnswer } from './buttons.ts';

/**
 * The first run: three questions, each one tap and skippable, none required. A first check-in's answer asks the first
 * one; each answer asks the next.
 */
export const start = defineCommand({
  name: 'start',
  // Needs no database. Telegram adds its own parameter after this command.
  needsStorage: false,
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

async function keepingSaid(tx: StoreWrites, member: Member, context: Context, answer: 'yes' | 'no' | 'skip') {
  if (answer === 'skip') {
    const waits = await tx.drafts.find(context.person.account, 'details', context.now);
    return waits === null ? 'keep.said-skip' : 'keep.said-skip-waiting';
  }
  await answerConsent(tx, member, context, ['details'], answer === 'yes');
  const kept = await settleWaiting(tx, member, context, answer === 'yes');
  return kept ? 'keep.kept' : (`keep.said-${answer}` as const);
}

function nextQuestion(member: Member, context: Context, deps: Deps): readonly Block[] {
  if (member.zone === null) return askZone(context);
  return member.country === null ? askCountry(context, deps) : [actions(getHelpNow(context.words))];
}

function askZone({ person, now, words }: Context): readonly Block[] {
  const { zone, zoneFrom } = person;
  if (zoneFrom === 'nowhere') return askClock({ now, words });
  const clock = clockIn(zone, now);
  return [
    text(words.text('first-run.zone', { clock, city: cityOf(zone) })),
    actions(
      zoneAnswer.labelled(words.text('first-run.zone-yes', { clock }), zone),
      chooseZone.labelled(words.text('first-run.zone-no')),
      skipZone(words),
    ),
  ];
}

/** Asks which city's clock shows the member's time, because the zone is unknown. */
function askClock({ now, words }: Pick<Context, 'now' | 'words'>): readonly Block[] {
  return [
    text(words.text('first-run.zone-open')),
    {
      kind: 'choice',
      label: words.text('first-run.zone-pick'),
      options: zonesToPick.map((zone) =>
        zoneAnswer.labelled(words.text('first-run.zone-city', { city: cityOf(zone), clock: clockIn(zone, now) }), zone),
      ),
    },
    actions(otherCity.labelled(words.text('first-run.zone-other')), skipZone(words)),
  ];
}

function skipZone(words: Words): ActionButton {
  return zoneAnswer.labelled(words.text('first-run.skip'), 'skip');
}

const city = parsed({ ...aboutZone, required: true });

const cityForm = defineForm({
  id: 'fr.cityform',
  title: 'form.city',
  args: [],
  fields: { zone: city },
  pages: [['zone']],
  run: ({ answers: { zone }, ...context }, deps) => setZone(context, deps, zone),
});

function setZone(context: Context, deps: Deps, zone: ZoneId) {
  const { words, now } = context;
  return context.commit(async (tx, member) => {
    await tx.members.change(member.id, { zone });
    const after = { ...member, zone };
    await settleDays(tx, after, withSettings(context.person, after, now), now);
    const clock = clockIn(zone, now);
    return view(
      text(words.text('settings.zone-set', { city: cityOf(zone), clock })),
      member.country === null ? askCountry(context, deps) : done(context),
    );
  });
}

function askCountry({ words }: Context, { content }: Deps): readonly Block[] {
  return [
    text(words.text('first-run.country')),
    {
      kind: 'choice',
      label: words.text('field.country'),
      options: Object.keys(content.helplines).map((code) =>
        countryAnswer.labelled(countryName(code, words.locale), code),
      ),
    },
    actions(
      otherCountry.labelled(words.text('first-run.country-other')),
      countryAnswer.labelled(words.text('first-run.skip'), 'skip'),
    ),
  ];
}

const land = parsed({ ...aboutCountry, required: true });

const countryForm = defineForm({
  id: 'fr.landform',
  title: 'form.country',
  args: [],
  fields: { country: land },
  pages: [['country']],
  run: ({ answers: { country }, ...context }) => setCountry(context, country),
});

function setCountry(context: Context, country: string) {
  const { words } = context;
  return context.commit(async (tx, member) => {
    await tx.members.change(member.id, { country });
    return view(
      text(words.text('settings.country-set', { country: countryName(country, words.locale) })),
      done(context),
    );
  });
}

function done({ words }: Context): readonly Block[] {
  return [
    text(words.text('first-run.done')),
    actions(cravingNow(words), aPerson(words), aMeeting(words), checkInNow(words)),
    actions(justStopped.labelled(words.text('withdrawal.button')), getHelpNow(words)),
  ];
}

function withdrawalView({ person, words }: Context, { content }: Deps): View {
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
  on(keepDetails, {
    link: { confirms: (words, answer) => words.text(`link.keep-${answer === 'skip' ? 'later' : answer}`) },
    answers: 'replace',
    run: ({ args: [answer], ...context }, deps) =>
      context.commit(async (tx, member) => {
        const said = await keepingSaid(tx, member, context, answer);
        return view(text(context.words.text(said)), nextQuestion(member, context, deps));
      }),
  }),
  on(chooseZone, {
    link: 'opens',
    answers: 'replace',
    run: async (context) => view(askClock(context)),
  }),
  on(zoneAnswer, {
    link: {
      confirms: (words, zone) =>
        zone === 'skip' ? words.text('link.skip') : words.text('link.zone', { city: cityOf(zone) }),
    },
    answers: 'replace',
    run: async ({ args: [zone], ...context }, deps) =>
      zone === 'skip' ? view(askCountry(context, deps)) : setZone(context, deps, zone),
  }),
  opensForm(otherCity, {
    link: { confirms: (words) => words.text('link.city') },
    form: () => cityForm.call(),
  }),
  on(countryAnswer, {
    link: {
      confirms: (words, country) =>
        country === 'skip'
          ? words.text('link.skip')
          : words.text('link.country', { country: countryName(country, words.locale) }),
    },
    answers: 'replace',
    run: async ({ args: [country], ...context }) =>
      country === 'skip' ? view(done(context)) : setCountry(context, country),
  }),
  opensForm(otherCountry, {
    link: { confirms: (words) => words.text('link.country-form') },
    form: () => countryForm.call(),
  }),
  /** For someone who stopped alcohol or benzodiazepines this week: the emergency number and the danger signs. */
  on(justStopped, {
    link: 'opens',
    needsStorage: false,
    urgency: 'help',
    run: async (context, deps) => orFloor(context.person.country, deps, () => withdrawalView(context, deps)),
  }),
];
export const firstRunForms = [cityForm, countryForm];
