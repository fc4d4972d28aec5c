import type { CommunityId } from '../values/ids.ts';
import type { Doubt, End, Held, Leased, NewDelivery, PaceKey, Reason } from './delivery.ts';
import type { DeliveryState } from './states.ts';

/**
 * The outbox as the dispatcher uses it. Each call is one atomic step by itself. All durations count from the clock of the
 * database: on PostgreSQL its server's, on SQLite this process's.
 */
interface Dispatch {
  /** Takes due deliveries, the oldest first. None of a place that is closed for now. */
  lease(asked: {
    platforms: readonly string[];
    urgent: boolean;
    max: number;
    leaseMs: number;
  }): Promise<readonly Leased[]>;
  /**
   * Marks a leased delivery as being sent, and renews its lease. Returns false if it is no longer ours, or too late: then
   * nothing may be sent.
   */
  begin(held: Held, leaseMs: number): Promise<boolean>;
  /** Returns false if it is no longer ours. A late `sent` still clears a doubt that nobody has decided. */
  finish(held: Held, end: End): Promise<boolean>;
  /** The same for many. Returns the ids of those that were still ours. */
  finishAll(ended: readonly { held: Held; end: End }[]): Promise<ReadonlySet<string>>;
  /** Returns it to the others for a later try. `failed`: for an error of ours. */
  giveBack(held: Held, waitMs: number, failed: boolean): Promise<void>;
  /**
   * Ends leases that have run out. `all`: every lease, because no other process lives.
   */
  expire(all: boolean): Promise<void>;
  /** Returns at most `max` doubts that nobody has looked at. */
  doubts(platforms: readonly string[], max: number): Promise<readonly Doubt[]>;
  /** Sends a doubt again under the same id. */
  askAgain(held: Held): Promise<void>;
  /** Milliseconds until the next delivery may be leased; null if none waits. */
  untilNext(platforms: readonly string[]): Promise<number | null>;
  /**
   * Takes the next turn of a pace that is not before `notBeforeMs`, if it comes within `horizonMs`. Returns how long to
   * wait for it, or how long to wait before asking again.
   */
  takeTurn(pace: PaceKey, everyMs: number, horizonMs: number, notBeforeMs?: number): Promise<Turn>;
  /** Closes a pace for so long, for all processes. */
  close(pace: PaceKey, ms: number): Promise<void>;
  /** The key of a bot's pace. Places have theirs in `Leased.pace`. */
  paceOf(name: string): Promise<PaceKey>;
}

type Turn = { readonly kind: 'taken' | 'refused'; readonly waitMs: number };

/** For operators. */
interface Overview {
  counts(): Promise<readonly { platform: string; state: DeliveryState; count: number }[]>;
  /** How long the oldest due delivery has been waiting; null if none is due. */
  oldestDueMs(): Promise<number | null>;
  /** The last refused and uncertain ones. */
  failed(max: number): Promise<readonly Failed[]>;
}

export interface Failed {
  readonly id: string;
  readonly platform: string;
  readonly state: DeliveryState;
  /** Whether it is a member's. Then nobody else may know what it was to say. */
  readonly toMember: boolean;
  /** What it was to say. null: the row cannot be read. */
  readonly template: string | null;
  /** null: unknown, or the row cannot be read. */
  readonly reason: Reason | null;
  /** What was done about a doubt. null: nothing yet, or it is no doubt. */
  readonly settled: 'asked' | 'left' | 'again' | null;
  /** ISO, UTC. */
  readonly at: string;
}

export interface OutboxRead extends Dispatch, Overview {}

export interface Outbox extends OutboxRead {
  add(delivery: NewDelivery): Promise<'added' | 'there'>;
  /** Skips what still waits of this subject. Returns how many. */
  cancel(subject: string, reason: Reason): Promise<number>;
  /**
   * Settles a doubt, once. 'post-again' adds a new delivery; the old one stays as its history. `community`: whose it must
   * be; null: anyone's. Returns false if there is no such doubt any more.
   */
  decide(id: string, decision: Decision, community: CommunityId | null): Promise<boolean>;
}

type Decision = 'post-again' | 'leave' | 'asked';

declare module '../conversation/store.ts' {
  interface Rooms {
    outbox: { read: OutboxRead; write: Outbox };
  }
}
