import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';

/** What is known of a request that did not succeed. */
export type Failure =
  /** Discord understood it and said no: `code` is its own (JSON error code). */
  | { readonly kind: 'refused'; readonly status: number; readonly code: number }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  /** It was not done, for certain. */
  | { readonly kind: 'unsent' }
  /** Nobody can know whether it was done: the connection broke, nothing came in time, or Discord's servers failed. */
  | { readonly kind: 'uncertain' }
  /** A part of it is done, and the rest is not, or nobody knows. */
  | { readonly kind: 'half-done' }
  /** Nothing that Discord or the network did. */
  | { readonly kind: 'bug' };

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** "You are opening direct messages too fast": https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const openingTooFast = 40_003;
/** Where somebody asks us to wait, and does not say how long. */
const somewhileMs = 60_000;

export function failureOf(error: unknown): Failure {
  if (error instanceof KnownFailure) return { kind: error.kind };
  if (error instanceof RateLimitError) {
    return { kind: 'rate-limited', retryAfterMs: Math.max(error.timeToReset, error.retryAfter) };
  }
  if (error instanceof DiscordAPIError) return refusal(error.status, Number(error.code) || 0);
  if (error instanceof HTTPError) return error.status < 500 ? refusal(error.status, 0) : { kind: 'uncertain' };
  const codes = networkCodes(error);
  if (codes.length === 0) return { kind: 'bug' };
  return { kind: codes.some((code) => neverSent.has(code)) ? 'unsent' : 'uncertain' };
}

function refusal(status: number, code: number): Failure {
  // A wrong token ends the connection too, with a code of its own: by itself this passes.
  if (status === 401) return { kind: 'unsent' };
  // Without a code these are no words of Discord's: something between it and us asks us to wait.
  const fromBetween = code === 0 && [403, 407, 408, 429].includes(status);
  if (fromBetween || code === openingTooFast) return { kind: 'rate-limited', retryAfterMs: somewhileMs };
  return { kind: 'refused', status, code };
}

function networkCodes(error: unknown): readonly string[] {
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: { code?: unknown } };
  const ended = ['AbortError', 'TimeoutError', 'RequestAbortedError'].includes(String(name)) ? [String(name)] : [];
  return [...[code, cause?.code].filter((one) => typeof one === 'string'), ...ended];
}

/** What has come of several tries or several requests, where the last error alone would say another thing. */
export class KnownFailure extends Error {
  override readonly name = 'KnownFailure';
  readonly kind: 'unsent' | 'uncertain' | 'half-done';

  constructor(kind: KnownFailure['kind'], cause?: unknown) {
    super(`A request of several is ${kind}`, { cause });
    this.kind = kind;
  }
}

/** For a log: what came of it, in Discord's own numbers where it said any. */
export function reasonOf(error: unknown): string {
  const failure = failureOf(error);
  return failure.kind === 'refused' ? `${failure.status} ${failure.code}` : failure.kind;
}
