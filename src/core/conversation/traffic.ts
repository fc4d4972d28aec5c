import pLimit from 'p-limit';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { AccountRef } from '../values/ids.ts';

/**
 * How much one process takes on, for all of its platforms together. What leads to help asks none of it: help is never
 * refused and waits for no place.
 */
export interface Traffic {
  /** Takes one token of the account's bucket. `refused-silently`: it was already told so a moment ago. */
  admit(account: AccountRef): Promise<Admission>;
  /** Runs `work` when there is a place for it; null, without running it, where too many wait already. */
  inPlace<T>(work: () => Promise<T>): Promise<T | null>;
}

type Admission = 'admitted' | 'refused' | 'refused-silently';

/** An account may ask once a second, and this many times more within 30 s: more than anyone taps who reads the answers. */
const burst = 20;
const burstSeconds = 30;
/** Requests worked on at once: SQLite writes one at a time, and more would only wait inside the database. */
const places = 16;
/** Requests that wait for a place. At some 200 a second the last of them waits five seconds. */
const waitingMax = 1_000;

export function openTraffic(): Traffic {
  const bucket = new BurstyRateLimiter(
    new RateLimiterMemory({ points: 1, duration: 1 }),
    new RateLimiterMemory({ points: burst, duration: burstSeconds, keyPrefix: 'burst' }),
  );
  const told = new RateLimiterMemory({ points: 1, duration: burstSeconds, keyPrefix: 'told' });
  const place = pLimit(places);

  return {
    async admit({ platform, key }) {
      const account = `${platform} ${key}`;
      if (await hasToken(bucket, account)) return 'admitted';
      return (await hasToken(told, account)) ? 'refused' : 'refused-silently';
    },

    async inPlace(work) {
      return place.pendingCount >= waitingMax ? null : place(work);
    },
  };
}

/** For the terminal: whoever sits at it runs the bot, and scripts write to it as fast as they like. */
export const noLimits: Traffic = { admit: async () => 'admitted', inPlace: (work) => work() };

async function hasToken(limiter: Pick<RateLimiterMemory, 'consume'>, account: string): Promise<boolean> {
  try {
    await limiter.consume(account);
    return true;
  } catch (error) {
    if (error instanceof RateLimiterRes) return false;
    throw error;
  }
}
