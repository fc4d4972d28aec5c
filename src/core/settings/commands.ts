import { z } from 'zod';
import { settleDays } from '../checkins/fold.ts';
import { settleWaiting } from '../checkins/record.ts';
import { answerConsent, consentKinds } from '../consent/consent.ts';
import type { Context } from '../conversation/context.ts';
import { defineCommand, defineForm, on, opensForm } from '../conversation/define.ts';
import type { StoreReads, StoreWrites } from '../conversation/store.ts';
import type { Outcome } from '../language/answer.ts';
import { flag, parsed, text as textField, type Values } from '../language/field.ts';
import { actions, facts, heading, text, type View, view } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { countryName } from '../members/country.ts';
import type { Member, MemberSettings, Pause } from '../members/member.ts';
import { type Person, withSettings } from '../members/person.ts';
import { aboutCountry, aboutZone } from '../members/where.ts';
import { cityOf, clockIn } from '../members/zone.ts';
import { type Contact, noRules } from '../outbox/contact-store.ts';
import { quietHours } from '../outbox/quiet-hours.ts';
import { addDays, type ClockTime, dayText } from '../values/time.ts';
import { changePlace, endPause, pauseDays, toggle } from './buttons.ts';
import { addPause } from './pauses.ts';

/** At most 06:00, because a later end belongs to the next day. */
const dayEnd = z
  .string()
  .regex(/^0?[0-6]:[0-5]\d$/)
  .transform((time) => time.padStart(5, '0'))
  .refine((time) => time <= '06:00')
  .transform((time) => time as ClockTime);

const zone = parsed(aboutZone);
const dayEnds = parsed({ label: 'field.day-ends', hint: 'hint.day-ends', as: dayEnd, problem: 'problem.day-end' });
const country = parsed(aboutCountry);
const ownWords = textField({ label: 'field.words', hint: 'hint.words', maxLength: 40 });
const quiet = parsed({ label: 'field.quiet', hint: 'hint.quiet', as: quietHours, problem: 'problem.quiet' });
const pauseFrom = parsed({ label: 'field.pause-from', hint: 'hint.pause-from', as: dayText, problem: 'problem.date' });
const pauseUntil = parsed({
  label: 'field.pause-until',
  hint: 'hint.pause-until',
  as: dayText,
  problem: 'problem.date',
});

const options = {
  zone,
  day_ends: dayEnds,
  country,
  words: ownWords,
  plain: flag({ label: 'field.plain', hint: 'hint.plain' }),
  keep: flag({ label: 'field.keep', hint: 'hint.keep' }),
  quiet,
  urgent: flag({ label: 'field.urgent', hint: 'hint.urgent' }),
  messages: flag({ label: 'field.messages', hint: 'hint.messages' }),
  pause_from: pauseFrom,
  pause_until: pauseUntil,
};

export const settings = defineCommand({
  name: 'settings',
  summary: 'command.settings',
  options,
  run: ({ options: chosen, ...context }, { store }) =>
    Object.values(chosen).some((value) => value !== undefined) ? change(context, chosen) : show(context, store),
});

/** What is kept beside the member's own row. */
interface Apart {
  readonly pauses: readonly Pause[];
  readonly contact: Contact;
}

async function show({ person, words }: Context, store: Pick<StoreReads, 'members' | 'contacts'>): Promise<View> {
  const apart = person.member === null ? { pauses: [], contact: noRules } : await apartOf(person.member, store);
  return settingsView(person, apart, words);
}

async function apartOf({ id }: Member, store: Pick<StoreReads, 'members' | 'contacts'>): Promise<Apart> {
  return { pauses: await store.members.pauses(id), contact: await store.contacts.of(id) };
}

/** Applies all changes or none. */
function change(context: Context, chosen: Values<typeof options>): Promise<Outcome> {
  const { person, now, words } = context;
  return context.commit(async (tx, member) => {
    const { pause_from: from, pause_until: until } = chosen;
    if (from !== undefined || until !== undefined) {
      const refusal = await addPause(tx, member, context, from, until ?? null);
      if (refusal !== null) return refusal;
    }
    const wanted: { [K in keyof MemberSettings]?: MemberSettings[K] | undefined } = {
      zone: chosen.zone,
      dayEndsAt: chosen.day_ends,
      country: chosen.country,
      ownWords: chosen.words,
      plainMessages: chosen.plain,
    };
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const changed: Partial<MemberSettings> = given;
    await tx.members.change(member.id, changed);
    if (chosen.keep !== undefined) {
      await answerConsent(tx, member, context, consentKinds, chosen.keep);
      await settleWaiting(tx, member, context, chosen.keep);
    }
    await changeContact(tx, member, person, chosen);
    const settled = { ...member, ...changed, keepsDetails: chosen.keep ?? member.keepsDetails };
    const after = withSettings(person, settled, now);
    await settleDays(tx, settled, after, now);
    const apart = await apartOf(member, tx);
    const chat = chosen.messages === undefined ? person.chat : chosen.messages ? 'open' : 'told';
    const clock = clockIn(after.zone, now);
    return view(
      text(words.text('settings.saved')),
      changed.zone == null ? null : text(words.text('settings.zone-set', { city: cityOf(changed.zone), clock })),
      settingsView({ ...after, chat }, apart, words).blocks,
    );
  });
}

/** How the bot may write to them by itself. */
async function changeContact(
  tx: StoreWrites,
  { id }: Member,
  { account }: Person,
  { quiet, urgent, messages }: Values<typeof options>,
): Promise<void> {
  const changed = {
    ...(quiet !== undefined && { quiet }),
    ...(urgent !== undefined && { urgentInQuiet: urgent }),
  };
  if (Object.keys(changed).length > 0) await tx.contacts.change(id, changed);
  if (messages !== undefined) await tx.members.noteChat(account, messages ? 'open' : 'told');
}

function settingsView(person: Person, { pauses, contact }: Apart, words: Words): View {
  const { member } = person;
  const unset = words.text('settings.not-set');
  const yesNo = (value: boolean | null | undefined) =>
    value == null ? unset : words.text(value ? 'choice.yes' : 'choice.no');
  const open = pauses.filter(({ until }) => until === null || until >= person.today);
  return view(
    heading(words.text('settings.heading')),
    facts([
      [
        words.text('field.zone'),
        member?.zone == null ? words.text('settings.zone-guess', { city: cityOf(person.zone) }) : cityOf(member.zone),
      ],
      [words.text('field.day-ends'), person.dayEndsAt],
      [words.text('field.country'), person.country === null ? unset : countryName(person.country, words.locale)],
      [words.text('field.words'), member?.ownWords ?? unset],
      [
        words.text('field.pause'),
        open.length === 0 ? words.text('settings.no-pause') : open.map((pause) => pauseText(pause, words)).join('; '),
      ],
      [words.text('field.plain'), yesNo(member?.plainMessages ?? false)],
      [words.text('field.keep'), yesNo(member?.keepsDetails)],
      [words.text('field.messages'), yesNo(person.chat === 'open')],
      [words.text('field.quiet'), contact.quiet === null ? unset : words.text('settings.quiet', contact.quiet)],
      ...(contact.quiet === null ? [] : [[words.text('field.urgent'), yesNo(contact.urgentInQuiet)] as const]),
    ]),
    actions(
      changePlace.labelled(words.text('settings.change-place')),
      open.length === 0
        ? pauseDays.labelled(words.text('settings.pause'))
        : endPause.labelled(words.text('settings.end-pause')),
      toggle.labelled(
        words.text(member?.plainMessages === true ? 'settings.plain-off' : 'settings.plain-on'),
        'plain',
        member?.plainMessages === true ? 'no' : 'yes',
      ),
      toggle.labelled(
        words.text(member?.keepsDetails === true ? 'settings.keep-off' : 'settings.keep-on'),
        'keep',
        member?.keepsDetails === true ? 'no' : 'yes',
      ),
      person.chat === 'open'
        ? toggle.labelled(words.text('settings.messages-off'), 'messages', 'no')
        : toggle.labelled(words.text('settings.messages-on'), 'messages', 'yes'),
    ),
  );
}

function pauseText({ from, until }: Pause, words: Words): string {
  return until === null
    ? words.text('settings.pause-open', { from })
    : words.text('settings.pause-days', { from, until });
}

const settingsForm = defineForm({
  id: 'set.form',
  title: 'form.settings',
  args: [],
  fields: { zone, day_ends: dayEnds, country, words: ownWords, quiet },
  pages: [['zone', 'day_ends', 'country', 'words', 'quiet']],
  run: ({ answers, ...context }) => change(context, answers),
});

const pauseForm = defineForm({
  id: 'set.pauseform',
  title: 'form.pause',
  args: [],
  fields: { pause_from: pauseFrom, pause_until: pauseUntil },
  pages: [['pause_from', 'pause_until']],
  run: ({ answers, ...context }) => change(context, { pause_from: context.person.today, ...answers }),
});

export const settingsActions = [
  on(toggle, {
    link: {
      confirms: (words, which, value) =>
        which === 'keep'
          ? words.text(`link.keep-${value}`)
          : words.text(`settings.${which}-${value === 'yes' ? 'on' : 'off'}`),
    },
    answers: 'replace',
    run: ({ args: [which, value], ...context }) => change(context, { [which]: value === 'yes' }),
  }),
  on(endPause, {
    link: { confirms: (words) => words.text('settings.end-pause') },
    answers: 'replace',
    run: (context) =>
      context.commit(async (tx, member) => {
        const { person, words } = context;
        const all = await tx.members.pauses(member.id);
        const now = all.filter(({ from, until }) => from <= person.today && (until === null || until >= person.today));
        const ended = now.length > 0 ? now : all.filter(({ from }) => from > person.today);
        for (const pause of ended) {
          if (pause.from >= person.today) await tx.members.removePause(member.id, pause.id);
          else await tx.members.changePause(member.id, { ...pause, until: addDays(person.today, -1) });
        }
        const apart = await apartOf(member, tx);
        const after = { ...person, member };
        return view(
          text(words.text(now.length > 0 ? 'settings.pause-ended' : 'settings.pause-taken-back')),
          settingsView(after, apart, words).blocks,
        );
      }),
  }),
  opensForm(changePlace, {
    link: { confirms: (words) => words.text('settings.change-place') },
    form: () => settingsForm.call(),
  }),
  opensForm(pauseDays, {
    link: { confirms: (words) => words.text('settings.pause') },
    form: () => pauseForm.call(),
  }),
];
export const settingsForms = [settingsForm, pauseForm];
