import { answerConsent, keeps } from '../consent/consent.ts';
import type { Context, Deps } from '../conversation/context.ts';
import { defineCommand, on } from '../conversation/define.ts';
import { choice, flag, integer } from '../language/field.ts';
import { text, type View, view } from '../language/view.ts';
import { whenStorageIsAway } from '../values/errors.ts';
import {
  chooseStrategy,
  finish,
  forTrigger,
  justOne,
  keepRatings,
  somethingElse,
  step,
  type Trigger,
  triggers,
} from './buttons.ts';
import { pick, type Strategy, strategiesFor } from './strategy.ts';
import { chooseView, doneView, introView, keptView, rateView, stepView } from './views.ts';

const triggerField = choice({
  label: 'field.trigger',
  hint: 'hint.trigger',
  choices: triggers.map((value) => ({ value, label: `trigger.${value}` })),
});

export const cope = defineCommand({
  name: 'cope',
  summary: 'command.cope',
  needsStorage: false,
  keepsIn: 'chat',
  options: { about: triggerField, just_one: flag({ label: 'field.just-one', hint: 'hint.just-one' }) },
  run: async ({ options: { about = null, just_one: justOne = false }, ...context }, deps) =>
    about === null && !justOne ? chooseView(context.words) : begin(context, deps, { trigger: about, before: null }),
});

/** Starts a strategy at once, for a craving. */
export const craving = defineCommand({
  name: 'craving',
  summary: 'command.craving',
  needsStorage: false,
  keepsIn: 'chat',
  options: {
    level: integer({ label: 'field.craving', hint: 'hint.craving', min: 0, max: 10 }),
    about: triggerField,
  },
  run: async ({ options: { level = null, about = 'craving' }, ...context }, deps) =>
    begin(context, deps, { trigger: about, before: level }),
});

export const copingActions = [
  on(chooseStrategy, {
    needsStorage: false,
    keepsIn: 'chat',
    link: 'opens',
    run: async ({ args: [trigger], ...context }, deps) =>
      trigger === null ? chooseView(context.words) : begin(context, deps, { trigger, before: null }),
  }),
  on(justOne, {
    link: 'opens',
    needsStorage: false,
    keepsIn: 'chat',
    answers: 'replace',
    run: async (context, deps) => begin(context, deps, { trigger: null, before: null }),
  }),
  on(forTrigger, {
    link: 'opens',
    needsStorage: false,
    keepsIn: 'chat',
    answers: 'replace',
    run: async ({ args: [trigger], ...context }, deps) => begin(context, deps, { trigger, before: null }),
  }),
  on(somethingElse, {
    link: 'opens',
    needsStorage: false,
    keepsIn: 'chat',
    answers: 'replace',
    run: async ({ args: [not, trigger, before], ...context }, deps) => begin(context, deps, { trigger, before, not }),
  }),
  on(step, {
    link: 'opens',
    needsStorage: false,
    keepsIn: 'chat',
    answers: 'replace',
    run: async ({ args: [id, strategy, trigger, before, at], words }, deps) =>
      withStrategy(strategy, words, deps, (found) =>
        at < found.steps.length
          ? stepView(found, { id, trigger, before }, at, words)
          : rateView(found, { id, trigger, before }, words),
      ),
  }),
  on(finish, {
    link: { confirms: (words) => words.text('link.finish') },
    needsStorage: false,
    keepsIn: 'chat',
    answers: 'replace',
    run: async ({ args: [id, strategy, trigger, before, after], ...context }, deps) => {
      const { words, now } = context;
      const found = deps.content.strategies.find((one) => one.id === strategy);
      if (found === undefined) return gone(words);
      // Writes nothing, not even an answer for repeats, because the member refused consent.
      const { member: asks } = context.person;
      if (asks !== null && keeps(asks, 'ratings') === false) {
        return doneView(found, { id, before, after, trigger, earlier: [], asks: false }, words);
      }
      const kept = context.commit(async (tx, member) => {
        const agreed = keeps(member, 'ratings');
        if (agreed === true)
          await tx.coping.put(member.id, { id, strategyId: strategy, trigger, before, after, endedAt: now });
        const earlier = agreed === true ? await tx.coping.rated(member.id, strategy) : [];
        const asks = agreed === null && (before !== null || after !== null);
        return doneView(found, { id, before, after, earlier, trigger, asks }, words);
      });
      return kept.catch(
        whenStorageIsAway(() => doneView(found, { id, before, after, trigger, earlier: [], asks: false }, words)),
      );
    },
  }),
  /** Asks for consent the first time that ratings are given. */
  on(keepRatings, {
    link: {
      confirms: (words, ...args) => words.text(args[5] === 'yes' ? 'link.keep-ratings' : 'link.keep-no'),
    },
    answers: 'replace',
    run: ({ args: [id, strategyId, trigger, before, after, answer], ...context }) =>
      context.commit(async (tx, member) => {
        await answerConsent(tx, member, context, ['ratings'], answer === 'yes');
        if (answer === 'yes')
          await tx.coping.put(member.id, { id, strategyId, trigger, before, after, endedAt: context.now });
        return keptView(answer === 'yes', context.words);
      }),
  }),
];

function begin(
  { chance, words }: Context,
  { content }: Deps,
  { trigger, before, not = null }: { trigger: Trigger | null; before: number | null; not?: string | null },
): View {
  const fitting = strategiesFor(content.strategies, trigger);
  const strategy = pick(fitting.length > 0 ? fitting : content.strategies, chance, not);
  const id = Math.floor(chance * 36 ** 8).toString(36);
  return introView(strategy, { id, trigger, before }, words);
}

async function withStrategy(id: string, words: Context['words'], { content }: Deps, show: (found: Strategy) => View) {
  const found = content.strategies.find((one) => one.id === id);
  return found === undefined ? gone(words) : show(found);
}

/** For a button of a strategy that was since removed. */
async function gone(words: Context['words']) {
  return view(text(words.text('cope.gone')), chooseView(words).blocks);
}
