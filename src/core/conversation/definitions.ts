import type { Concern } from '../language/concern.ts';
import type { View } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Person } from '../members/person.ts';
import type { Action, Command, CommandGroup, Form } from './define.ts';

/** Everything that a user can ask the bot. */
export interface Definitions {
  readonly commands: readonly (Command | CommandGroup)[];
  readonly actions: readonly Action[];
  readonly forms: readonly Form[];
  /** The safety screen of one text. It holds the event loop for microseconds, and never throws. */
  readonly screen: (text: string) => Concern | null;
  /** The help for a concern, shown before anything else. */
  readonly helpFor: (concern: Concern, words: Words, person: Person) => View;
  /** The answer to text that is not a command, and to unknown buttons. */
  readonly menu: (words: Words) => View;
  /** The answer while the database cannot be used. */
  readonly helpOnly: (words: Words, person: Person) => View;
  /** Who to call, without the words of content/, for when those fail. Never throws. */
  readonly floor: (person: Person) => View;
}
