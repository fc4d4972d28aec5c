import type { AccountRef } from '../../values/ids.ts';
import type { Temporal } from '../../values/time.ts';

/** Unfinished input: a half-filled form, or details that wait for consent. Private, and deleted when it expires. */
export type DraftKind = 'form' | 'details';

export interface DraftsRead {
  /** Returns null if there is none, or it expired by `now`. `payload` is JSON; its writer parses it. */
  find(account: AccountRef, kind: DraftKind, now: Temporal.Instant): Promise<string | null>;
}

export interface Drafts extends DraftsRead {
  /** Replaces the account's draft of this kind. The account must exist. */
  put(account: AccountRef, kind: DraftKind, payload: string, expiresAt: Temporal.Instant): Promise<void>;
  remove(account: AccountRef, kind: DraftKind): Promise<void>;
}
