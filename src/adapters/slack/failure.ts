import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { type Failure as AnyFailure, KnownFailure, networkFailure } from '../../core/adapter-kit/failure.ts';

/** Slack gives the reason as an error code: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
export interface Refusal {
  readonly reason: string;
}

export type Failure = AnyFailure<Refusal>;

/** Slack refused a request to a response_url or an upload URL. */
export class ResponseUrlError extends Error {
  override readonly name = 'ResponseUrlError';
  readonly status: number;
  readonly retryAfterSeconds: number;
  readonly reason: string;

  constructor(status: number, retryAfterSeconds: number, reason: string) {
    super(`response_url: ${status}`);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.reason = reason;
  }
}

/** The workspace has not installed the bot, or has removed it. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

/** The outcome is unknown: Slack says that part of the request may have been done. */
const perhapsDone = ['fatal_error', 'internal_error', 'request_timeout'];
/** Temporary: a new token is on its way, or Slack is down. */
const notNow = ['invalid_auth', 'not_authed', 'token_expired', 'service_unavailable', 'team_added_to_org'];
const saidTooFast = ['ratelimited', 'rate_limited', 'message_limit_exceeded'];
/** The wait when a rate limit gives no duration. */
const somewhileMs = 60_000;

export function failureOf(error: unknown): Failure {
  if (error instanceof KnownFailure) return { kind: error.kind };
  if (error instanceof NotInstalled) return { kind: 'refused', reason: 'account_inactive' };
  if (error instanceof WebAPIRateLimitedError) return tooFast(error.retryAfter * 1_000);
  if (error instanceof WebAPIPlatformError) return refusal(error.data.error);
  if (error instanceof WebAPIHTTPError) return byStatus(error.statusCode, 0, `http_${error.statusCode}`);
  if (error instanceof ResponseUrlError) return byStatus(error.status, error.retryAfterSeconds, error.reason);
  return { kind: networkFailure(error) };
}

/** Slack limits posts by channel, and that limit is the one that is met in practice. */
function tooFast(retryAfterMs: number): Failure {
  return { kind: 'rate-limited', retryAfterMs, limited: 'place' };
}

function refusal(reason: string): Failure {
  if (saidTooFast.includes(reason)) return tooFast(somewhileMs);
  if (perhapsDone.includes(reason)) return { kind: 'uncertain' };
  return notNow.includes(reason) ? { kind: 'unsent' } : { kind: 'refused', reason };
}

function byStatus(status: number, retryAfterSeconds: number, reason: string): Failure {
  if (status >= 500) return { kind: 'uncertain' };
  if ([403, 407, 408, 429].includes(status))
    return tooFast(retryAfterSeconds > 0 ? retryAfterSeconds * 1_000 : somewhileMs);
  return { kind: 'refused', reason };
}

/** Slack's raw error code, or null if the error has none. */
export function wordOf(error: unknown): string | null {
  return error instanceof WebAPIPlatformError ? error.data.error : null;
}

/**
 * The reason for a log: Slack's error code where it gave one, else the kind of failure. Any other text is left out,
 * because it may quote a member.
 */
export function reasonOf(error: unknown): string {
  const failure = failureOf(error);
  return failure.kind === 'refused' && /^\w{1,60}$/.test(failure.reason) ? failure.reason : failure.kind;
}
