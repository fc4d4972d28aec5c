import type { AccountRef } from '../../values/ids.ts';
import type { Temporal } from '../../values/time.ts';

/** What was begun and not sent: a form half filled, details that wait for a yes. Private, and gone when it expires. */
export type DraftKind = 'form' | 'details';

export interface DraftsRead {
  /** Null where there is none, or it has expired by `now`. `payload` is JSON; whoever wrote it parses it. */
  find(account: AccountRef, kind: DraftKind, now: Temporal.Instant): Promise<string | null>;
}

export interface Drafts extends DraftsRead {
  /** One of a kind an account: the one before is replaced. The account must be there. */
  put(account: AccountRef, kind: DraftKind, payload: string, expiresAt: Temporal.Instant): Promise<void>;
  remove(account: AccountRef, kind: DraftKind): Promise<void>;
}
