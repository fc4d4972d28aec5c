import type { CheckIns, CheckInsRead } from './checkins/store.ts';
import type { Communities, CommunitiesRead } from './communities/store.ts';
import type { Drafts, DraftsRead } from './conversation/forms/drafts.ts';
import type { IdempotencyKeys, IdempotencyKeysRead } from './conversation/idempotency.ts';
import type { Coping, CopingRead } from './coping/store.ts';
import type { Meetings, MeetingsRead } from './meetings/store.ts';
import type { Members, MembersRead } from './members/store.ts';
import type { AdapterStates, AdapterStatesRead } from './platform/adapter-state.ts';
import type { Temporal } from './values/time.ts';

/** The system's clock. A request carries its own instant; this one is for what the bot does by itself. */
export interface Clock {
  now(): Temporal.Instant;
}

/** What may be read at any time, each call by itself. */
export interface StoreReads {
  readonly members: MembersRead;
  readonly communities: CommunitiesRead;
  readonly checkIns: CheckInsRead;
  readonly coping: CopingRead;
  readonly meetings: MeetingsRead;
  readonly drafts: DraftsRead;
  readonly idempotency: IdempotencyKeysRead;
  readonly adapterStates: AdapterStatesRead;
}

/** What may be read and changed inside one transaction. */
export interface StoreWrites {
  readonly members: Members;
  readonly communities: Communities;
  readonly checkIns: CheckIns;
  readonly coping: Coping;
  readonly meetings: Meetings;
  readonly drafts: Drafts;
  readonly idempotency: IdempotencyKeys;
  readonly adapterStates: AdapterStates;
}

/**
 * Where everything is kept. Any call throws HandrailError('storage-unavailable') while the database cannot be used;
 * nothing is half done then.
 */
export interface Store extends StoreReads {
  /**
   * All of `work` or nothing of it. When this resolves, what was written survives kill -9. `work` may be run again
   * after a conflict, so it has no effect but through `tx`.
   */
  transaction<T>(work: (tx: StoreWrites) => Promise<T>): Promise<T>;
  /**
   * Removes drafts that have expired, and what is older than the limits, little by little. Members outlive their
   * community. Once `stopped` is aborted it resolves soon, and leaves the rest.
   */
  sweep(now: Temporal.Instant, limits: SweepLimits, stopped?: AbortSignal): Promise<void>;
}

interface SweepLimits {
  /** Requests that were handled before this are forgotten. */
  readonly handledBefore: Temporal.Instant;
  /** Communities that the bot left before this are erased. */
  readonly leftBefore: Temporal.Instant;
}

/** The cell of a table that a sealed value is for. It opens in no other. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Seals and opens what is one owner's: a member's, or a community's. */
export interface Sealer {
  seal(cell: Cell, text: string): Uint8Array<ArrayBuffer>;
  /** @throws HandrailError('unreadable') where the value was changed, or is another cell's or another owner's */
  open(cell: Cell, sealed: Uint8Array): string;
}

/** Keeps the database from telling anybody anything by itself: its keys are outside. */
export interface Keyring {
  /** What stands for an identifier that is only ever looked up: the same for the same parts, and no way back. 43 letters. */
  lookup(kind: string, ...parts: readonly string[]): string;
  /** A new key of an owner's own, as it is kept: wrapped by the master key. */
  newKey(owner: string): Uint8Array<ArrayBuffer>;
  /** @throws HandrailError('unreadable') where it is not this owner's key */
  sealer(owner: string, wrappedKey: Uint8Array): Sealer;
}

/** The fields that may stand in a log line: identifiers, names of our own things, counts. Never what a member said. */
export interface LogFields {
  readonly platform?: string;
  readonly requestId?: string;
  readonly command?: string;
  readonly route?: string;
  readonly form?: string;
  readonly reason?: string;
  readonly signal?: string;
  readonly feed?: string;
  readonly migration?: string;
  readonly path?: string;
  readonly port?: number;
  readonly count?: number;
  readonly ms?: number;
  readonly version?: string;
  readonly zones?: string;
  /** Only its class, code and stack frames are written: a message may quote a member. */
  readonly error?: unknown;
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
