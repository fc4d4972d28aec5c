import { z } from 'zod';
import { defineCommand, defineForm, on, opensForm } from '../conversation/define.ts';
import { choice, choices, flag, integer, text, type Values } from '../language/field.ts';
import { actions } from '../language/view.ts';
import { getHelpNow } from '../safety/buttons.ts';
import { addDays, dayText } from '../values/time.ts';
import { checkInNow, checkInToday, tellMood, tellMore, usedToday, yesterdayToo } from './buttons.ts';
import { type Details, feelings } from './checkin.ts';
import { memberDays } from './fold.ts';
import { record } from './record.ts';
import { progressView, recentDays } from './views.ts';

const asked = {
  mood: integer({ label: 'field.mood', hint: 'hint.mood', min: 1, max: 5 }),
  craving: integer({ label: 'field.craving', hint: 'hint.craving', min: 0, max: 10 }),
  confidence: integer({ label: 'field.confidence', hint: 'hint.confidence', min: 0, max: 10 }),
  feelings: choices({
    label: 'field.feelings',
    hint: 'hint.feelings',
    choices: feelings.map((value) => ({ value, label: `feeling.${value}` })),
  }),
  note: text({ label: 'field.note', hint: 'hint.note', maxLength: 1_000, multiline: true }),
};

export const checkin = defineCommand({
  name: 'checkin',
  summary: 'command.checkin',
  linkShows: (words) => checkInToday.labelled(words.text('link.check-in')),
  options: {
    ...asked,
    used: flag({ label: 'field.used', hint: 'hint.used' }),
    day: choice({
      label: 'field.day',
      hint: 'hint.day',
      choices: [
        { value: 'today', label: 'choice.today' },
        { value: 'yesterday', label: 'choice.yesterday' },
      ],
    }),
    form: flag({ label: 'field.form', hint: 'hint.form' }),
  },
  opens: ({ form, day = 'today' }) => (form === true ? checkInForm.call(day) : null),
  run: ({ options, ...context }) => record(context, { day: options.day ?? 'today', details: toDetails(options) }),
});

export const progress = defineCommand({
  name: 'progress',
  summary: 'command.progress',
  options: {},
  async run({ person, now, words, commit }, { store }) {
    const { member, today } = person;
    const invite = actions(checkInNow(words), getHelpNow(words));
    const none = { inARow: 0, best: 0, total: 0, first: null };
    if (member === null)
      return progressView({ words, streak: none, recent: [], checkedInToday: false, paused: false }, invite);
    const { streak, isCheckedIn, paused } = await memberDays(store, member, person, now);
    const recent = await store.checkIns.since(member.id, addDays(today, 1 - recentDays));
    const shown = progressView(
      {
        words,
        streak,
        recent: recent.filter(({ day }) => day <= today),
        checkedInToday: isCheckedIn(today),
        paused: paused(today),
      },
      invite,
    );
    if (streak.best === member.bestInARow) return shown;
    // Saves the best streak once it was shown, because a new zone from the platform may lengthen it without a change by
    // the member.
    return commit(async (tx) => {
      await tx.members.raiseBest(member.id, streak.best);
      return shown;
    });
  },
});

const checkInForm = defineForm({
  id: 'ci.form',
  title: 'form.check-in',
  args: [z.union([z.enum(['today', 'yesterday']), dayText])],
  fields: asked,
  pages: [['mood', 'craving', 'confidence', 'feelings', 'note']],
  run: ({ args: [day], answers, ...context }) => record(context, { day, details: toDetails(answers) }),
});

export const checkInActions = [
  /** One tap: "I'm here". */
  on(checkInToday, {
    link: { confirms: (words) => words.text('link.check-in') },
    run: (context) => record(context, { day: 'today', details: {} }),
  }),
  on(yesterdayToo, {
    link: { confirms: (words, day) => words.text('link.check-in-day', { day }) },
    run: ({ args: [day], ...context }) => record(context, { day, details: {} }),
  }),
  on(usedToday, {
    link: { confirms: (words, day) => words.text('link.used', { day }) },
    run: ({ args: [day], ...context }) => record(context, { day, details: { used: true } }),
  }),
  on(tellMood, {
    link: { confirms: (words, day, mood) => words.text('link.mood', { day, mood }) },
    answers: 'replace',
    run: ({ args: [day, mood], ...context }) => record(context, { day, details: { mood } }),
  }),
  opensForm(tellMore, {
    link: { confirms: (words, day) => words.text('link.tell-more', { day }) },
    form: (day) => checkInForm.call(day),
  }),
];
export const checkInForms = [checkInForm];

function toDetails(said: Values<typeof asked> & { readonly used?: boolean | undefined }): Details {
  const { mood, craving, confidence, feelings, note, used } = said;
  return { mood, craving, confidence, feelings, note, used };
}
