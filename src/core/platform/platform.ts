import type { Answer, Audience, KeepsIn, Urgency } from '../language/answer.ts';
import type { CommandSpec } from '../language/command.ts';
import type { Concern } from '../language/concern.ts';
import type { Caller, Place, Request, RequestBody } from '../language/request.ts';
import type { View } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import type { Temporal } from '../values/time.ts';
import type { AdapterState } from './adapter-state.ts';

/** A platform that the bot can be on. What differs between platforms is `limits`. */
export interface PlatformKind {
  readonly name: string;
  readonly limits: Limits;
  /** Begins to take requests, now or as soon as the platform can be reached: nobody else waits for that. */
  open(host: Host): Promise<Platform>;
}

/** A platform that is open. No method is optional. */
export interface Platform {
  /**
   * Resolves when it takes no more requests by itself: its input has ended, or it was stopped.
   * Rejects with HandrailError('bad-configuration') where the platform will never let it in.
   */
  readonly ended: Promise<void>;
  /** Sends one message. Never throws for what the platform refused: that is a receipt. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt>;
  /** Takes no more requests, finishes those that it has, and lets go of everything. */
  stop(): Promise<void>;
}

/** All that a platform is given by the bot. */
export interface Host {
  /** The one way in. The platform says who moderates. */
  inbox(mayModerate: MayModerate): Inbox;
  /** In the order in which they are listed. */
  readonly commands: readonly CommandSpec[];
  /** The words of the nearest locale there is, with commands as they are typed there. */
  wordsFor(locale: string | null): Words;
  /** Those that there are words in. */
  readonly locales: readonly string[];
  readonly installations: Installations;
  readonly state: AdapterState;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Does the platform, now, say that this person may manage the community that they ask from, or that they are in the group
 * that the community named (a role, a user group: the platform's own identifier)?
 */
export type MayModerate = (caller: Caller, group: string | null) => Promise<boolean>;

/** In which communities of a platform the bot is. None of these throws; while the database is away they change nothing. */
export interface Installations {
  /** The bot is in this community, which speaks `locale` as far as is known. True where it never was before: then it is greeted, once. */
  joined(community: string, locale: string | null): Promise<boolean>;
  /** It is in it no more: what is kept of the community goes after a while, unless the bot comes back. */
  left(community: string): Promise<void>;
  /** The platform gave it another identifier: all that is kept of it goes along. */
  moved(community: string, to: string): Promise<void>;
  /**
   * After a time without news, the bot is in exactly these, of those that this process can know of.
   * Gives those in which it never was before.
   */
  settle(present: readonly string[], mayKnow: (community: string) => boolean): Promise<readonly string[]>;
  greeting(locale: string | null): Greeting;
}

/** What a community is shown when the bot is new there. */
export interface Greeting {
  /** For whoever set it up, alone. */
  readonly checklist: View;
  /** For everyone, where nobody can be told alone. */
  readonly line: View;
}

/** The one way in. */
export interface Inbox {
  /** Reads what was asked, once, and from it alone: no locale, person or database is needed for what it says at once. */
  read(asked: RequestBody, how: Reading): Intake;
  /** For whoever asked where showing the answer fails: that it did, and the ways to people. */
  lastResort(locale: string | null): View;
}

export interface Reading {
  /** Can a form open in answer to this? Not to a message; the answer then shows a button that opens it. */
  readonly opensForms: boolean;
}

/** What was asked, read. */
export interface Intake {
  /** What the answer will be like, for platforms that must say so before the work is done. */
  readonly expected: Expected;
  /** What the safety screen found in their words, whatever else was asked. */
  readonly concern: Concern | null;
  /**
   * Where there is a concern: who to call, within 80 ms, with the database or without. It is shown to them alone, before
   * the answer and whatever becomes of it. Never throws.
   */
  help(caller: Caller, at: Temporal.Instant): Promise<View> | null;
  /** Never throws: what goes wrong is an answer too. */
  answer(request: Request): Promise<Answer>;
}

/** A member who asked for plain messages gets a reply where a replacement was expected: only the database knows. */
export interface Expected {
  readonly kind: 'reply' | 'replace' | 'open';
  readonly audience: Audience;
  readonly keepsIn: KeepsIn;
  readonly urgency: Urgency;
  /** Requests with the same one are answered with the same help. null: it is not help that was asked for. */
  readonly sameHelp: string | null;
}

/** Limits as data. What does not fit is split by the renderer, never dropped. */
export interface Limits {
  /** How many fields a form shows at once; 0: it has no forms, and the fields are asked one by one. */
  readonly fieldsPerForm: number;
  /** What stands before a command's name where it is typed: "/", or "/handrail " with a space. */
  readonly commandPrefix: string;
  /** Are there groups of people (roles, user groups) that a community can name as its moderators? */
  readonly hasModeratorGroups: boolean;
  /** Can it tell whether someone may moderate a community while they ask from their private chat? */
  readonly canCheckModeratorInDm: boolean;
}

/** `id`: at most 25 characters, and the same at each try, since Discord takes it as its nonce. */
export type Delivery =
  | { readonly kind: 'post'; readonly id: string; readonly to: Destination; readonly view: View }
  | { readonly kind: 'edit'; readonly id: string; readonly message: MessageRef; readonly view: View }
  | { readonly kind: 'remove'; readonly id: string; readonly message: MessageRef }
  | { readonly kind: 'thread'; readonly id: string; readonly message: MessageRef; readonly name: string };

/** A member's private chat, or somewhere in a community. */
export type Destination = { readonly kind: 'member'; readonly account: string } | Exclude<Place, { kind: 'private' }>;

/** A message that was sent, as its platform names it. */
export type MessageRef = string & { readonly brand: 'MessageRef' };

export type Receipt =
  | { readonly kind: 'sent'; readonly message: MessageRef }
  | { readonly kind: 'retry-after'; readonly at: Temporal.Instant }
  | { readonly kind: 'refused'; readonly reason: DeliveryRefusal }
  /** Nobody can know whether it arrived. It is never sent again by itself. */
  | { readonly kind: 'uncertain' };

export type DeliveryRefusal = 'closed-dm' | 'no-permission' | 'gone' | 'invalid';
