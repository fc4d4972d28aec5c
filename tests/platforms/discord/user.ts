import { nextId } from './snowflake.ts';

export class User {
  readonly id = nextId();
  readonly name: string;
  readonly bot: boolean;
  locale = 'en-US';
  dmsClosed = false;

  constructor(name: string, bot = false) {
    this.name = name;
    this.bot = bot;
  }
}

/** A user, or the person of a test who is that user. */
export type Someone = User | { readonly user: User };

export function userOf(someone: Someone): User {
  return someone instanceof User ? someone : someone.user;
}
