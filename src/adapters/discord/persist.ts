import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';

/** What is known of a request that did not succeed. */
export type Failure =
  /** Discord understood it and said no: `code` is its own (JSON error code), 0 where it gave none. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: number }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  /** It never left this machine. */
  | { readonly kind: 'unsent' }
  /** Nobody can know whether it was done: the connection broke, nothing came in time, or Discord's servers failed. */
  | { readonly kind: 'uncertain' };

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function failureOf(error: unknown): Failure {
  if (error instanceof MayBeDone) return { kind: 'uncertain' };
  if (error instanceof DiscordAPIError) {
    return { kind: 'refused', status: error.status, code: typeof error.code === 'number' ? error.code : 0 };
  }
  if (error instanceof RateLimitError) {
    return { kind: 'rate-limited', retryAfterMs: Math.max(error.timeToReset, error.retryAfter) };
  }
  // The other statuses below 500 carry no words of Discord's: something between it and us said no.
  if (error instanceof HTTPError && error.status < 500) return { kind: 'refused', status: error.status, code: 0 };
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return { kind: [code, cause?.code].some((one) => neverSent.has(String(one))) ? 'unsent' : 'uncertain' };
}

/** Two failures in a row are a quarter of a second apart, later ones up to this; by chance, so that not all come at once. */
const longestPauseMs = 15_000;

/**
 * Asks until Discord answers, yes or no; for requests that may arrive twice without doing anything twice.
 * @throws the last error, once `signal` is aborted or Discord refused; it may then be uncertain whether it was done
 */
export async function persist<T>(signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  let mayBeDone = false;
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt(signal);
    } catch (error) {
      const { kind } = failureOf(error);
      if (kind === 'refused') throw error;
      mayBeDone ||= kind === 'uncertain';
      if (kind === 'rate-limited' || !(await pause(tries, signal))) throw mayBeDone ? new MayBeDone(error) : error;
    }
  }
}

/** The last of some tries did not succeed, and one before it may have. */
class MayBeDone extends Error {
  override readonly name = 'MayBeDone';

  constructor(cause: unknown) {
    super('Nobody can know whether it was done', { cause });
  }
}

/** Waits before the next try, longer each time. False where there is no time left. */
export async function pause(tries: number, signal: AbortSignal): Promise<boolean> {
  const longest = Math.min(longestPauseMs, 250 * 2 ** tries);
  try {
    await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
