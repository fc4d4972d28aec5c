import type { Fields } from './field.ts';
import type { MessageKey } from './words/words.ts';

/** Who may use it. The platform decides who is a moderator, checked at each use. */
export type Role = 'anyone' | 'moderator';

/** A command as a platform lists it. */
export interface CommandSpec {
  /** Letters, digits and underscores, at most 32 (Telegram). */
  readonly name: string;
  readonly summary: MessageKey;
  readonly options: Fields;
  readonly role: Role;
  /** Subcommands: "/schedule new". A subcommand has none of its own. */
  readonly subcommands: readonly CommandSpec[];
}
