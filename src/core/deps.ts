import type { Strategy } from './coping/strategy.ts';
import type { Words } from './language/words/words.ts';
import type { Fellowship } from './meetings/fellowship.ts';
import type { Timetable } from './meetings/timetable.ts';
import type { StoreReads } from './ports.ts';
import type { Helplines } from './safety/helplines.ts';
import type { Clock } from './values/clock.ts';
import type { Log } from './values/log.ts';

/** What the bot knows: the files of content/, read and checked once at the start. */
export interface Content {
  /** The words of the nearest locale there is; English where there is none nearer. */
  wordsFor(locale: string): Words;
  /** The same, with what stands before a command where it is typed: "/handrail " in place of "/". */
  asTyped(commandPrefix: string): Content;
  /** Those that there are words in. */
  readonly locales: readonly string[];
  readonly strategies: readonly Strategy[];
  readonly fellowships: readonly Fellowship[];
  readonly helplines: Helplines;
}

/** What a handler may use beside the request itself. */
export interface Deps {
  /** To read; to change something, see `Asking.commit`. */
  readonly store: StoreReads;
  readonly content: Content;
  readonly timetable: Timetable;
  readonly clock: Clock;
  readonly log: Log;
}
