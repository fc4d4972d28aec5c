import type { SharedPlace } from '../language/request.ts';
import type { DeliveryRefusal, MessageRef } from '../platform/platform.ts';
import type { AccountId, AccountRef, CommunityId, MemberId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';
import type { DeliveryState } from './states.ts';
import type { Says } from './template.ts';

/** Unique: a delivery with the same key is added once. Deliveries with the same first part can be cancelled together. */
export type DeliveryKey = readonly [subject: string, ...rest: string[]];

/** Whose delivery it is: its data is sealed with their key, and erased with them. */
export type Owner =
  /** It goes to this account. No moderator ever sees it. */
  | { readonly kind: 'member'; readonly member: MemberId; readonly account: AccountId }
  | { readonly kind: 'community'; readonly community: CommunityId };

/** Where a post goes. */
export type Target =
  /** The private chat of the owner's account. */
  | { readonly kind: 'owner' }
  /** The private chat of someone who may have no account with the bot, by the platform's identifier. */
  | { readonly kind: 'person'; readonly account: string }
  | SharedPlace
  /** The thread that another delivery opens. */
  | { readonly kind: 'thread-of'; readonly of: DeliveryKey };

/** What is sent. It is rendered only when it is sent, in the words and the language of that moment. */
export type Sending =
  | {
      readonly kind: 'post';
      readonly to: Target;
      readonly says: Says;
      /** Sent only if that one is refused. */
      readonly insteadOf?: DeliveryKey;
    }
  /** Sets what a post shows. A later edit or removal replaces one that is still waiting. */
  | { readonly kind: 'edit'; readonly of: DeliveryKey; readonly says: Says }
  | { readonly kind: 'remove'; readonly of: DeliveryKey }
  /** Opens a thread on a post. Its name is the text of what it says. */
  | { readonly kind: 'thread'; readonly of: DeliveryKey; readonly says: Says };

export interface NewDelivery {
  readonly key: DeliveryKey;
  readonly platform: string;
  readonly owner: Owner;
  readonly sending: Sending;
  /** null: at once, by the clock of the database. */
  readonly dueAt: Temporal.Instant | null;
  /** After this instant it is skipped, because it would be of no use any more. null: never too late. */
  readonly notAfter: Temporal.Instant | null;
  /** Before everything that is not urgent, at a pace of its own. */
  readonly urgent: boolean;
}

/** One process's hold on a delivery. */
export interface Held {
  readonly id: string;
  readonly fence: number;
  readonly owner: Owner;
}

/** A leased delivery, opened. */
export interface Leased extends Held {
  readonly platform: string;
  readonly urgent: boolean;
  /** How often it could not be rendered. */
  readonly failures: number;
  /** The owner's account or community on the platform. */
  readonly ref: AccountRef;
  /** BCP 47, as last told of the owner. */
  readonly locale: string | null;
  readonly sending: LeasedSending;
  /** The end of the delivery that it waited for; null: it waited for none. */
  readonly after: After | null;
  readonly overdue: 'too-late' | 'superseded' | null;
  readonly pace: PaceKey;
  /** How long after its time it was leased. */
  readonly lagMs: number;
  /** By the clock of the database. */
  readonly now: Temporal.Instant;
}

/** As `Sending`; other deliveries are known by their receipt: `Leased.after`. */
export type LeasedSending =
  | {
      readonly kind: 'post';
      readonly to: Exclude<Target, { kind: 'thread-of' }> | { readonly kind: 'thread-of' };
      readonly says: Says;
      /** It is sent only if `after` was refused. */
      readonly instead: boolean;
    }
  | { readonly kind: 'edit'; readonly says: Says }
  | { readonly kind: 'remove' }
  | { readonly kind: 'thread'; readonly says: Says };

export interface After {
  readonly state: DeliveryState;
  /** null: it was not sent. */
  readonly sent: Sent | null;
}

export interface Sent {
  readonly message: MessageRef;
  /** The place inside a thread that was opened. */
  readonly thread: SharedPlace | null;
}

/** Why a delivery was not sent. Written sealed, because some tell what kind of message it was. */
export type Reason =
  | DeliveryRefusal
  /** Our own error: the template threw again and again, or nobody knows it. */
  | 'bug'
  /** A template's own reason, and those of `Outbox.cancel`. */
  | (string & {});

/** How a held delivery ends, or goes on. */
export type End =
  | { readonly kind: 'sent'; readonly sent: Sent }
  | { readonly kind: 'refused'; readonly reason: Reason }
  | { readonly kind: 'skipped'; readonly reason: Reason }
  | { readonly kind: 'uncertain' }
  | { readonly kind: 'later'; readonly waitMs: number };

/** What limits how fast requests may follow each other: a bot, or one place. */
export type PaceKey = string & { readonly brand: 'PaceKey' };

/** A delivery of which nobody knows whether the platform has it. */
export interface Doubt extends Held {
  readonly platform: string;
  readonly sending: LeasedSending;
  /** Milliseconds since it was first being sent. */
  readonly sinceBegunMs: number;
  /** How often it was posted again already. */
  readonly again: number;
}
