import type { Fields } from './field.ts';
import type { MessageKey } from './words/words.ts';

/** Who may ask. A moderator is someone of whom the platform says so, checked at each use. */
export type Role = 'anyone' | 'moderator';

/** A command as a platform lists it. */
export interface CommandSpec {
  /** Letters, digits and underscores, at most 32 (Telegram). */
  readonly name: string;
  readonly summary: MessageKey;
  readonly options: Fields;
  readonly role: Role;
  /** Commands behind this one: "/schedule new". Each has a name of its own; none of them has others behind it. */
  readonly subcommands: readonly CommandSpec[];
}
