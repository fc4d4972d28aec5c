import { checkInNow } from '../checkins/buttons.ts';
import {
  actions,
  type Block,
  bold,
  heading,
  link,
  list,
  plain,
  small,
  text,
  type View,
  view,
} from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import { aMeeting } from '../meetings/buttons.ts';
import { aPerson, getHelpNow } from '../safety/buttons.ts';
import {
  finish,
  forTrigger,
  justOne,
  keepRatings,
  someStrategy,
  somethingElse,
  step,
  type Trigger,
  triggers,
} from './buttons.ts';
import type { CopingSession } from './store.ts';
import type { Strategy } from './strategy.ts';

/** A current run: its identifier, trigger, and first rating. */
interface Run {
  readonly id: string;
  readonly trigger: Trigger | null;
  readonly before: number | null;
}

export function chooseView(words: Words): View {
  return view(
    heading(words.text('cope.heading')),
    text(words.text('cope.what')),
    actions(justOne.labelled(words.text('cope.just-one'))),
    {
      kind: 'choice',
      label: words.text('field.trigger'),
      options: triggers.map((trigger) => forTrigger.labelled(words.text(`trigger.${trigger}`), trigger)),
    },
    actions(getHelpNow(words)),
  );
}

export function introView(strategy: Strategy, run: Run, words: Words): View {
  const { id, trigger, before } = run;
  const begin = (rated: number | null, label: string) => step.labelled(label, id, strategy.id, trigger, rated, 0);
  return view(
    before !== null && before >= 9 ? [text(words.text('care.person-first')), actions(aPerson(words))] : [],
    heading(strategy.name),
    text(words.text('cope.intro', { about: strategy.about, minutes: strategy.minutes })),
    strategy.cautions.length === 0
      ? null
      : list(strategy.cautions.map((caution) => words.rich('cope.caution', { caution }))),
    before === null ? text(words.text('cope.rate-before')) : text(words.text('cope.craving-now', { level: before })),
    before === null ? ratings(words, begin) : actions(begin(before, words.text('cope.begin'))),
    actions(
      before === null ? begin(null, words.text('cope.begin-unrated')) : null,
      somethingElse.labelled(words.text('cope.something-else'), strategy.id, trigger, before),
      getHelpNow(words),
    ),
    small([plain(words.text('cope.idea')), link(strategy.idea.from, strategy.idea.url)]),
  );
}

export function stepView(strategy: Strategy, { id, trigger, before }: Run, at: number, words: Words): View {
  const last = at + 1 === strategy.steps.length;
  return view(
    heading(words.text('cope.step', { name: strategy.name, step: at + 1, count: strategy.steps.length })),
    text(strategy.steps[at] ?? ''),
    actions(
      step.labelled(words.text(last ? 'cope.last' : 'cope.next'), id, strategy.id, trigger, before, at + 1),
      getHelpNow(words),
    ),
  );
}

export function rateView(strategy: Strategy, { id, trigger, before }: Run, words: Words): View {
  const end = (after: number | null, label: string) => finish.labelled(label, id, strategy.id, trigger, before, after);
  return view(
    heading(words.text('cope.rate-heading')),
    text(words.text('cope.rate-after')),
    ratings(words, end),
    actions(end(null, words.text('cope.skip-rating')), getHelpNow(words)),
  );
}

interface Done extends Run {
  readonly after: number | null;
  /** All runs rated both before and after, this one included. */
  readonly earlier: readonly CopingSession[];
  /** Whether to ask for consent to store ratings. */
  readonly asks: boolean;
}

export function doneView(strategy: Strategy, { id, before, after, trigger, earlier, asks }: Done, words: Words): View {
  const lower = earlier.filter((run) => run.before !== null && run.after !== null && run.after < run.before).length;
  const keep = (answer: 'yes' | 'no') =>
    keepRatings.labelled(words.text(`cope.keep-${answer}`), id, strategy.id, trigger, before, after, answer);
  return view(
    heading(words.text('cope.done')),
    before === null || after === null
      ? null
      : text(words.rich('cope.before-after', { before: bold(String(before)), after: bold(String(after)) })),
    text(words.text(after !== null && after >= 7 ? 'cope.still-strong' : 'cope.done-kind')),
    earlier.length >= 3 && lower > 0 ? small(words.text('cope.history', { lower, count: earlier.length })) : null,
    after !== null && after >= 9
      ? actions(
          aPerson(words),
          somethingElse.labelled(words.text('cope.another'), strategy.id, trigger, after),
          aMeeting(words),
        )
      : actions(
          somethingElse.labelled(words.text('cope.another'), strategy.id, trigger, after),
          aPerson(words),
          aMeeting(words),
          checkInNow(words),
        ),
    actions(getHelpNow(words)),
    asks
      ? [
          { kind: 'divider' },
          text(words.text('cope.keep')),
          small(words.text('keep.who-sees')),
          actions(keep('yes'), keep('no')),
        ]
      : [],
  );
}

export function keptView(kept: boolean, words: Words): View {
  return view(
    text(words.text(kept ? 'keep.kept' : 'keep.said-no')),
    actions(someStrategy(words), aPerson(words), aMeeting(words), checkInNow(words), getHelpNow(words)),
  );
}

function ratings(words: Words, button: (value: number, label: string) => ReturnType<typeof someStrategy>): Block {
  const label = words.text('cope.strength');
  const values = Array.from({ length: 11 }, (_, value) => value);
  return {
    kind: 'scale',
    label,
    steps: values.map((value) => ({ ...button(value, words.text('scale.step', { label, value, max: 10 })), value })),
  };
}
