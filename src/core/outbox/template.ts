import type { z } from 'zod';
import type { Deps } from '../conversation/context.ts';
import type { View } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { AccountRef } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';
import type { Owner } from './delivery.ts';

/** What a delivery says: the route of a template, and its arguments as JSON. */
export interface Says {
  readonly route: string;
  readonly args: unknown;
}

/** No message, and why: they checked in since, the schedule was paused, the consent is gone. */
export interface Skip {
  readonly skip: string;
}

/**
 * What to do if nobody knows whether the platform has it. 'ask': the moderators, in that place. 'again': send it again,
 * because twice is better than never. 'leave': nothing, because never is better than twice.
 */
type WhenUncertain = 'ask' | 'again' | 'leave';

/** What a template may use when it renders. */
interface Rendering extends Deps {
  readonly words: Words;
  /** By the clock of the database. */
  readonly now: Temporal.Instant;
  readonly owner: Owner;
  /** The owner's account or community on the platform. */
  readonly ref: AccountRef;
}

/** A kind of message that the bot sends by itself. A room lists its own. */
export interface Template<A = unknown> {
  readonly route: string;
  readonly args: z.ZodType<A>;
  readonly whenUncertain: WhenUncertain;
  /**
   * Whether a member gets it without having asked for it just now, so that the rule in contact.ts applies. Without
   * effect on what goes to a community.
   */
  readonly unasked: boolean;
  render(args: A, rendering: Rendering): Promise<View | Skip>;
}

/** A template, and the only way to name it in a delivery. */
export interface DefinedTemplate<A> extends Template {
  says(args: A): Says;
}

export function defineTemplate<A>(template: Template<A>): DefinedTemplate<A> {
  return { ...(template as Template), says: (args) => ({ route: template.route, args }) };
}

declare module '../conversation/room.ts' {
  interface Room {
    readonly templates?: readonly Template[];
  }
}
