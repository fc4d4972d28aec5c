import type { Temporal } from '../time.ts';

/**
 * Requests that changed something, with the answers they got. A platform that sends a request again gets the same
 * answer, since this row commits with the change itself.
 */
export interface HandledRequests {
  /** The answer as JSON, or null where the request is new. */
  answer(platform: string, requestId: string): Promise<string | null>;
  remember(platform: string, requestId: string, answer: string, at: Temporal.Instant): Promise<void>;
}
