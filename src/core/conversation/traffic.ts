import pLimit from 'p-limit';
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { AccountRef } from '../values/ids.ts';

/**
 * The rate limit and the queue of one process, shared by its platforms. Requests for help bypass both, because help is
 * never refused and never waits.
 */
export interface Traffic {
  /** Takes one token of the account's bucket. `refused-silently`: the account was told a moment ago. */
  admit(account: AccountRef): Promise<Admission>;
  /** Runs `work` when there is a free place. Returns null without running it if too many requests wait already. */
  inPlace<T>(work: () => Promise<T>): Promise<T | null>;
}

type Admission = 'admitted' | 'refused' | 'refused-silently';

/** An account may ask once a second, plus this many times within 30 s: more than a person who reads the answers. */
const burst = 20;
const burstSeconds = 30;
/** Concurrent requests. SQLite allows one writer at a time, so more would only wait inside the database. */
const places = 16;
/** The most requests in the queue. At about 200 a second, the last of them waits five seconds. */
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

/** No limits, for the terminal, because its user runs the bot, and scripts write as fast as they can. */
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
