import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { type Failure, KnownFailure, networkFailure } from '../../core/adapter-kit/failure.ts';

/** `code` is Discord's own (JSON error code). */
export interface Refusal {
  readonly status: number;
  readonly code: number;
}

export type DiscordFailure = Failure<Refusal>;

/** "You are opening direct messages too fast": https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const openingTooFast = 40_003;
/** Where somebody asks us to wait, and does not say how long. */
const somewhileMs = 60_000;

export function failureOf(error: unknown): DiscordFailure {
  if (error instanceof KnownFailure) return { kind: error.kind };
  if (error instanceof RateLimitError) {
    return { kind: 'rate-limited', retryAfterMs: Math.max(error.timeToReset, error.retryAfter) };
  }
  if (error instanceof DiscordAPIError) return refusal(error.status, Number(error.code) || 0);
  if (error instanceof HTTPError) return error.status < 500 ? refusal(error.status, 0) : { kind: 'uncertain' };
  return { kind: networkFailure(error) };
}

function refusal(status: number, code: number): DiscordFailure {
  // A wrong token ends the connection too, with a code of its own: by itself this passes.
  if (status === 401) return { kind: 'unsent' };
  // Without a code these are no words of Discord's: something between it and us asks us to wait.
  const fromBetween = code === 0 && [403, 407, 408, 429].includes(status);
  if (fromBetween || code === openingTooFast) return { kind: 'rate-limited', retryAfterMs: somewhileMs };
  return { kind: 'refused', status, code };
}

/** For a log: what came of it, in Discord's own numbers where it said any. */
export function reasonOf(error: unknown): string {
  const failure = failureOf(error);
  return failure.kind === 'refused' ? `${failure.status} ${failure.code}` : failure.kind;
}
