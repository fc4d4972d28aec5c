import type { Account, Told } from '../members/member.ts';
import type { AccountId, AccountRef, CommunityId } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** Longer than any platform goes on sending an update again (Telegram: a day). */
export const rememberRequestsHours = 48;

/**
 * Requests that changed something, with the answers they got. A platform that sends a request again gets the same
 * answer, since this row commits with the change itself.
 */
export interface IdempotencyKeysRead {
  /** The answer as JSON, or null where the request is new. */
  answer(account: AccountRef, requestId: string): Promise<string | null>;
}

export interface IdempotencyKeys extends IdempotencyKeysRead {
  /**
   * Who asks, made where they are new, and what this request was answered before. Until the transaction ends nobody else
   * changes anything of theirs. They last asked from `community`, where one is given.
   */
  begin(request: BegunRequest, now: Temporal.Instant): Promise<{ account: Account; answer: string | null }>;
  remember(account: Account, requestId: string, answer: string, at: Temporal.Instant): Promise<void>;
  /** All of an account's: they may repeat what the member said, and do not outlive a no to keeping it. */
  forget(account: AccountId): Promise<void>;
}

interface BegunRequest {
  readonly id: string;
  readonly account: AccountRef;
  readonly community: CommunityId | null;
  /** What is not told stays as it was. */
  readonly told: Told;
}
