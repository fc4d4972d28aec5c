import type { Concern } from '../language/concern.ts';
import type { View } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Person } from '../members/person.ts';
import type { Action, Command, CommandGroup, Form } from './define.ts';

/** Everything that can be asked of the bot. */
export interface Definitions {
  readonly commands: readonly (Command | CommandGroup)[];
  readonly actions: readonly Action[];
  readonly forms: readonly Form[];
  /** The safety screen, over each text by itself. It holds the event loop for microseconds, and never throws. */
  readonly screen: (text: string) => Concern | null;
  /** What is shown for a concern, before anything else. */
  readonly helpFor: (concern: Concern, words: Words, person: Person) => View;
  /** For words that are no command, and for buttons that are none of ours. */
  readonly menu: (words: Words) => View;
  /** While the database cannot be used. */
  readonly helpOnly: (words: Words, person: Person) => View;
  /** Who to call, without any words of content/: for when those fail. It never throws. */
  readonly floor: (person: Person) => View;
}
