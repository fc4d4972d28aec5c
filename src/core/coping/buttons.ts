import { z } from 'zod';
import { button, maybeArg, wholeArg } from '../language/button.ts';
import type { ActionButton } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';

/** The reasons why someone may need a strategy. */
export const triggers = ['craving', 'anxious', 'angry', 'lonely', 'low', 'sleepless', 'trigger', 'offered'] as const;
export type Trigger = (typeof triggers)[number];

const trigger = z.enum(triggers);
const rating = maybeArg(wholeArg(0, 10));
const strategyId = z.string().regex(/^[a-z0-9-]{1,20}$/);
const runId = z.string().regex(/^[a-z0-9]{1,12}$/);

/** A run's whole state is in its buttons, so that it continues after a restart, and without the database. */
const run = [runId, strategyId, maybeArg(trigger), rating] as const;

export const chooseStrategy = button('cope', [maybeArg(trigger)]);
export const justOne = button('cope.one', []);
export const forTrigger = button('cope.for', [trigger]);
export const somethingElse = button('cope.else', [strategyId, maybeArg(trigger), rating]);
export const step = button('cope.step', [...run, wholeArg(0, 20)]);
export const finish = button('cope.done', [...run, rating]);
export const keepRatings = button('cope.keep', [...run, rating, z.enum(['yes', 'no'])]);

export function cravingNow(words: Words): ActionButton {
  return chooseStrategy.labelled(words.text('door.craving'), 'craving');
}

export function someStrategy(words: Words): ActionButton {
  return chooseStrategy.labelled(words.text('door.strategy'), null);
}
