import { z } from 'zod';
import { webLink } from '../safety/helplines.ts';
import { type Trigger, triggers } from './buttons.ts';

const strategy = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,20}$/),
  name: z.string().min(1).max(40),
  for: z.array(z.enum(triggers)).min(1),
  minutes: z.number().int().min(1).max(30),
  about: z.string().min(1).max(160),
  steps: z.array(z.string().min(1).max(280)).min(3).max(8),
  cautions: z.array(z.string().min(1).max(200)),
  /** The source of the idea. The words are our own. */
  idea: z.strictObject({ from: z.string().min(1), url: webLink }),
});
export type Strategy = z.infer<typeof strategy>;

/** content/<locale>/strategies.yaml */
export const strategiesFile = z.strictObject({
  version: z.literal(1),
  reviewed: z.strictObject({ by: z.string(), role: z.string(), on: z.iso.date() }).nullable(),
  strategies: z.array(strategy).min(1),
});

/** Returns the strategies for a trigger, or all if there is none. */
export function strategiesFor(all: readonly Strategy[], trigger: Trigger | null): readonly Strategy[] {
  return trigger === null ? all : all.filter((one) => one.for.includes(trigger));
}

/** Picks one by `chance` (0 up to 1); never `butNot` if there is another. */
export function pick(all: readonly Strategy[], chance: number, butNot: string | null): Strategy {
  const others = all.filter(({ id }) => id !== butNot);
  const from = others.length > 0 ? others : all;
  const chosen = from[Math.floor(chance * from.length)];
  if (chosen === undefined) throw new Error('There is no strategy to pick from');
  return chosen;
}

declare module '../conversation/context.ts' {
  interface Content {
    readonly strategies: readonly Strategy[];
  }
}
