import type { Account, Told } from '../members/member.ts';
import type { AccountId, AccountRef, CommunityId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** Longer than any platform resends an update (Telegram: a day). */
export const rememberRequestsHours = 48;

/**
 * Idempotency keys: requests that changed data, with their answers. A repeated request gets the same answer, because
 * this row commits with the change.
 */
export interface IdempotencyKeysRead {
  /** The answer as JSON, or null where the request is new. */
  answer(account: AccountRef, requestId: string): Promise<string | null>;
}

export interface IdempotencyKeys extends IdempotencyKeysRead {
  /**
   * Returns the account, created if new, and the stored answer of this request. Nobody else can change the member's
   * data until the transaction ends. `community`: where they last asked from, if given.
   */
  begin(request: BegunRequest, now: Temporal.Instant): Promise<{ account: Account; answer: string | null }>;
  remember(account: Account, requestId: string, answer: string, at: Temporal.Instant): Promise<void>;
  /** Deletes all answers of an account after a no to keeping details, because they may quote the member. */
  forget(account: AccountId): Promise<void>;
}

interface BegunRequest {
  readonly id: string;
  readonly account: AccountRef;
  readonly community: CommunityId | null;
  /** Values that are null leave the stored ones unchanged. */
  readonly told: Told;
}
