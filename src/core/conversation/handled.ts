import type { AccountId } from '../ids.ts';
import type { Temporal } from '../time.ts';

/**
 * Requests that changed something, with the answers they got. A platform that sends a request again gets the same
 * answer, since this row commits with the change itself.
 */
export interface HandledRequests {
  /** The answer as JSON, or null where the request is new. */
  answer(platform: string, requestId: string): Promise<string | null>;
  remember(
    request: { readonly platform: string; readonly requestId: string; readonly account: AccountId },
    answer: string,
    at: Temporal.Instant,
  ): Promise<void>;
  /** All of an account's: their answers repeat what the member said, and may not outlive a no to keeping it. */
  forget(account: AccountId): Promise<void>;
}
