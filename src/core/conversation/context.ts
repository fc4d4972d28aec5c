import type { Outcome } from '../language/answer.ts';
import type { Place } from '../language/request.ts';
import type { Words } from '../language/words/words.ts';
import type { Member } from '../members/member.ts';
import type { Person } from '../members/person.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import type { Temporal } from '../values/time.ts';
import type { StoreReads, StoreWrites } from './store.ts';

/** What every handler is given: who asks, where and when, and the one way to change something. */
export interface Context {
  readonly person: Person;
  readonly place: Place;
  readonly now: Temporal.Instant;
  readonly words: Words;
  /** From 0 up to 1, by chance, and the same when the request comes again. */
  readonly chance: number;
  /**
   * Changes something, all of it or nothing. The answer is remembered in the same transaction, so that a platform's
   * repeat of the request changes nothing and is answered the same. `work` may run twice; it has no other effect.
   */
  commit(work: (tx: StoreWrites, member: Member) => Promise<Outcome>): Promise<Outcome>;
}

/** What a handler may use beside the request itself. A room adds what it brings where it declares it. */
export interface Deps {
  /** To read; to change something, see `Context.commit`. */
  readonly store: StoreReads;
  readonly content: Content;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the bot knows: the files of content/, read and checked once at the start. A room adds its own, as with `Deps`. */
export interface Content {
  /** The words of the nearest locale there is; English where there is none nearer, and for null. */
  wordsFor(locale: string | null): Words;
  /** The same, with what stands before a command where it is typed: "/handrail " in place of "/". */
  asTyped(commandPrefix: string): Content;
  /** Those that there are words in. */
  readonly locales: readonly string[];
}
