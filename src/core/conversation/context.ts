import type { Outcome } from '../language/answer.ts';
import type { Place } from '../language/request.ts';
import type { Words } from '../language/words/words.ts';
import type { Member } from '../members/member.ts';
import type { Person } from '../members/person.ts';
import type { PostingRight } from '../platform/platform.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import type { Temporal } from '../values/time.ts';
import type { StoreReads, StoreWrites } from './store.ts';

/** What every handler receives: who asks, where and when, and the only way to change data. */
export interface Context {
  readonly person: Person;
  readonly place: Place;
  readonly now: Temporal.Instant;
  readonly words: Words;
  /** A random number from 0 up to 1, the same for each retry of the request. */
  readonly chance: number;
  /** As `Rights.mayPost`, for the community that they ask from. */
  mayPost(place: Place): Promise<PostingRight>;
  /**
   * Runs `work` in one transaction, which also stores the answer, so that a repeated request changes nothing and gets
   * the same answer. `work` may run more than once, so it has no other effect.
   */
  commit(work: (tx: StoreWrites, member: Member) => Promise<Outcome>): Promise<Outcome>;
}

/** What a handler may use besides the request. A room declares its own additions. */
export interface Deps {
  /** For reading; `Context.commit` changes data. */
  readonly store: StoreReads;
  readonly content: Content;
  readonly clock: Clock;
  readonly log: Log;
}

/** The files of content/, read and checked once at startup. A room declares its own additions, as with `Deps`. */
export interface Content {
  /** Returns the words of the nearest available locale; English if there is none, and for null. */
  wordsFor(locale: string | null): Words;
  /** Returns the same content with another prefix for typed commands: "/handrail " in place of "/". */
  asTyped(commandPrefix: string): Content;
  /** The locales that have words. */
  readonly locales: readonly string[];
}
