import { DiscordAPIError, HTTPError, RateLimitError, Routes } from 'discord.js';
import { type Failure, KnownFailure, networkFailure } from '../../core/adapter-kit/failure.ts';

/** `code` is Discord's JSON error code. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
}

export type DiscordFailure = Failure<Refusal>;

/**
 * "You are opening direct messages too fast":
 * https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
const openingTooFast = 40_003;
/** The wait when a rate limit gives no duration. */
const somewhileMs = 60_000;

export function failureOf(error: unknown): DiscordFailure {
  if (error instanceof KnownFailure) return { kind: error.kind };
  if (error instanceof RateLimitError) {
    const retryAfterMs = Math.max(error.timeToReset, error.retryAfter);
    // Opening private chats is limited for the whole bot, everything else by channel.
    const limited = error.global || error.route === Routes.userChannels() ? 'bot' : 'place';
    return { kind: 'rate-limited', retryAfterMs, limited };
  }
  if (error instanceof DiscordAPIError) return refusal(error.status, Number(error.code) || 0);
  if (error instanceof HTTPError) return error.status < 500 ? refusal(error.status, 0) : { kind: 'uncertain' };
  return { kind: networkFailure(error) };
}

function refusal(status: number, code: number): DiscordFailure {
  // A 401 is temporary by itself, because a wrong token also closes the gateway with its own code.
  if (status === 401) return { kind: 'unsent' };
  // Without an error code the response is not from Discord: a proxy asks us to wait.
  const fromBetween = code === 0 && [403, 407, 408, 429].includes(status);
  if (fromBetween || code === openingTooFast)
    return { kind: 'rate-limited', retryAfterMs: somewhileMs, limited: 'bot' };
  return { kind: 'refused', status, code };
}

/** The reason for a log: Discord's status and code where it gave them, else the kind of failure. */
export function reasonOf(error: unknown): string {
  const failure = failureOf(error);
  return failure.kind === 'refused' ? `${failure.status} ${failure.code}` : failure.kind;
}
