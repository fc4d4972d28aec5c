import type { Answer, Audience, KeepsIn, Urgency } from '../language/answer.ts';
import type { CommandSpec } from '../language/command.ts';
import type { Concern } from '../language/concern.ts';
import type { Caller, Place, Request, RequestBody, SharedPlace } from '../language/request.ts';
import type { View } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';
import type { Temporal } from '../values/time.ts';
import type { AdapterState } from './adapter-state.ts';

/** A platform that the bot can run on. Platforms differ in their `limits`. */
export interface PlatformKind {
  readonly name: string;
  readonly limits: Limits;
  /**
   * Starts to accept requests, now or when the platform becomes reachable, because other platforms must not wait for
   * it.
   */
  open(host: Host): Promise<Platform>;
}

/** An open platform. No method is optional. */
export interface Platform {
  /**
   * Resolves when it accepts no more requests, because its input ended or it was stopped.
   * Rejects with HandrailError('bad-configuration') if the platform will never accept the bot.
   */
  readonly ended: Promise<void>;
  /** Whether the platform can be heard now. False before it is reached, during an outage, and after the end. */
  connected(): boolean;
  /** Performs one delivery. A refusal by the platform is a receipt, not an exception. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt>;
  /** Accepts no more requests, finishes the current ones, and releases all resources. */
  stop(): Promise<void>;
}

/** Everything that the bot gives to a platform. */
export interface Host {
  /** The only entry for requests. The platform decides who moderates, and where the bot may post. */
  inbox(rights: Rights): Inbox;
  /** In the order of the command list. */
  readonly commands: readonly CommandSpec[];
  /** Returns the words of the nearest available locale, with the platform's command prefix. */
  wordsFor(locale: string | null): Words;
  /** The locales that have words. */
  readonly locales: readonly string[];
  readonly installations: Installations;
  readonly state: AdapterState;
  /**
   * Resolves when it is this process's turn: turns of one name are at least `everyMs` apart over all processes that
   * share the database; while the database is away, only within this process. Rejects only if `signal` is aborted.
   */
  turn(name: string, everyMs: number, signal: AbortSignal): Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What only the platform can say. Each question to it has a deadline. */
export interface Rights {
  /**
   * Whether this person may now manage the community that they ask from, or is in the group that the community named (a
   * role or user group, by the platform's own identifier).
   */
  mayModerate(caller: Caller, group: string | null): Promise<boolean>;
  /**
   * Whether this place lies in that community (by the platform's own identifier) and the bot may now post there. The
   * place may be forged. A failure of the platform is 'unknown', not an exception.
   */
  mayPost(place: Place, community: string): Promise<PostingRight>;
}

/**
 * 'elsewhere': in no community, in another one, or shared with another one. 'unknown': the platform did not answer in
 * time, which is never a yes.
 */
export type PostingRight = 'yes' | 'elsewhere' | 'no-permission' | 'unknown';

/**
 * The communities of a platform that the bot is in. No method throws; while the database is unavailable, they change
 * nothing.
 */
export interface Installations {
  /** Records that the bot is in this community. A new one is greeted, once. */
  joined(arrival: Arrival): Promise<void>;
  /** Records that the bot was removed from this community. Its data is deleted later, unless the bot returns. */
  left(community: string): Promise<void>;
  /** Records the community's new identifier and keeps its data. */
  moved(community: string, to: string): Promise<void>;
  /**
   * Replaces the list of communities after missed events, and greets new ones. `present`: every community that the bot is
   * in; `mayKnow`: whether this process can know about that community.
   */
  settle(present: readonly Arrival[], mayKnow: (community: string) => boolean): Promise<void>;
}

/** A community that the bot is in. */
export interface Arrival {
  readonly community: string;
  /** Its locale, if known. */
  readonly locale: string | null;
  /** Whom to greet if it is new. null: nobody. */
  readonly welcome: Welcome | null;
}

/** Whom a new community's greeting goes to. */
export interface Welcome {
  /** The person who is shown, alone, what to set up; null: unknown. */
  readonly installer: string | null;
  /** Where everybody is shown one line; null: nowhere. */
  readonly channel: string | null;
  readonly lineWhen: 'always' | 'installer-refused';
  /** A link to the bot's private chat, shown with the line. */
  readonly door: string | null;
}

/** The only entry for requests. */
export interface Inbox {
  /** Reads a request once, without locale, person or database, because the platform needs `Intake.expected` at once. */
  read(asked: RequestBody, how: Reading): Intake;
  /** The view for an answer that could not be shown: it says so, and lists the ways to reach people. */
  lastResort(locale: string | null): View;
}

export interface Reading {
  /** Whether a form can open in response. A message cannot open one, so the answer shows a button instead. */
  readonly opensForms: boolean;
}

/** A request that was read. */
export interface Intake {
  /** The expected form of the answer, because some platforms need it before the work is done. */
  readonly expected: Expected;
  /** The result of the safety screen, whatever else was asked. */
  readonly concern: Concern | null;
  /**
   * If there is a concern: who to call, within 80 ms, with or without the database. It is shown privately, before the
   * answer and independently of it. Never throws.
   */
  help(caller: Caller, at: Temporal.Instant): Promise<View> | null;
  /** Never throws, because an error becomes an answer too. */
  answer(request: Request): Promise<Answer>;
}

/**
 * The answer may be a 'reply' where 'replace' is expected, because only the database knows who chose plain messages.
 */
export interface Expected {
  readonly kind: 'reply' | 'replace' | 'open';
  readonly audience: Audience;
  readonly keepsIn: KeepsIn;
  readonly urgency: Urgency;
  /** The key of the prepared help: requests with the same key get the same help. null: no help was asked for. */
  readonly sameHelp: string | null;
}

/** The platform's limits. The renderer splits what does not fit; it never drops anything. */
export interface Limits {
  /** How many fields a form shows at once. 0: the platform has no forms, so the bot asks the fields one by one. */
  readonly fieldsPerForm: number;
  /** The prefix of a typed command: "/", or "/handrail " with a space. */
  readonly commandPrefix: string;
  /** Whether a community can name a group (role, user group) as its moderators. */
  readonly hasModeratorGroups: boolean;
  /** Whether the platform can check a moderator's rights in a community while they ask from their private chat. */
  readonly canCheckModeratorInDm: boolean;
  /**
   * For how long the platform takes a post with the same ID only once, so that asking again cannot make a second
   * message. 0: never.
   */
  readonly asksAgainMs: number;
  readonly pace: PaceLimits;
}

/** How fast the platform takes what the bot sends by itself. */
interface PaceLimits {
  /** Requests per second of one bot: see `botOf`. */
  readonly perSecond: number;
  /** The shortest time between two messages in one private chat, and in one channel or group. */
  readonly privateEveryMs: number;
  readonly channelEveryMs: number;
  /** How many requests a message to a member takes, because a private chat may have to be opened first. */
  readonly requestsToMember: number;
  /**
   * Names the bot whose limit counts for a community, channel or account: on some platforms each workspace has its own.
   */
  botOf(key: string): string;
}

/** `id`: at most 25 characters, and the same for each retry, because Discord uses it as its nonce. */
export type Delivery =
  | { readonly kind: 'post'; readonly id: string; readonly to: Destination; readonly view: View }
  | { readonly kind: 'edit'; readonly id: string; readonly message: MessageRef; readonly view: View }
  | { readonly kind: 'remove'; readonly id: string; readonly message: MessageRef }
  | { readonly kind: 'thread'; readonly id: string; readonly message: MessageRef; readonly name: string };

/** A member's private chat, or a place in a community. */
export type Destination = { readonly kind: 'member'; readonly account: string } | SharedPlace;

/** The platform's reference to a sent message. */
export type MessageRef = string & { readonly brand: 'MessageRef' };

export type Receipt =
  | {
      readonly kind: 'sent';
      readonly message: MessageRef;
      /** The place inside the thread that was opened; null for other deliveries. */
      readonly thread: SharedPlace | null;
    }
  /** It was certainly not done. `limited`: whose limit asks to wait, if one does. */
  | { readonly kind: 'retry-after'; readonly waitMs: number; readonly limited: Limited | null }
  | { readonly kind: 'refused'; readonly reason: DeliveryRefusal }
  /** It may or may not have arrived, so it is never resent automatically. */
  | { readonly kind: 'uncertain' };

/** What a platform's rate limit applies to. */
export type Limited = 'bot' | 'place';

export type DeliveryRefusal = 'closed-dm' | 'no-permission' | 'gone' | 'invalid';
