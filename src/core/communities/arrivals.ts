import type { Arrivals } from '../conversation/platform.ts';
import type { Deps } from '../deps.ts';
import { HandrailError } from '../errors.ts';
import type { Store } from '../ports.ts';
import { greetingIn } from './setup.ts';

/** Keeps in which communities of a platform the bot is. Only what changed is written. */
export function arrivals(platform: string, { store, content, clock, log }: Deps & { readonly store: Store }): Arrivals {
  const arrive = (key: string) => store.transaction((tx) => tx.communities.arrive({ platform, key }, clock.now()));
  const leave = (key: string) => store.transaction((tx) => tx.communities.leave({ platform, key }, clock.now()));

  /** The platform has nobody to tell, and goes on. */
  async function orElse<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      note(error);
      return otherwise;
    }
  }

  /** One community that cannot be read or written holds up no other; a database that is away ends it. */
  async function unlessAway<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isAway(error)) throw error;
      note(error);
      return otherwise;
    }
  }

  function note(error: unknown): void {
    if (isAway(error)) log.warn('where the bot is could not be noted', { platform, reason: error.message });
    else log.error('noting where the bot is failed', { platform, error });
  }

  return {
    joined: (community) => orElse(false, () => arrive(community)),
    left: (community) => orElse(undefined, () => leave(community)),

    async settle(present, mayKnow) {
      // Kept outside: those that were noted before the database went away are greeted now or never.
      const newOnes: string[] = [];
      await orElse(undefined, async () => {
        const here = new Set(present);
        const known = new Set(await store.communities.present(platform));
        for (const community of here) {
          if (known.has(community)) continue;
          if (await unlessAway(false, () => arrive(community))) newOnes.push(community);
        }
        for (const community of known) {
          if (!here.has(community) && mayKnow(community)) await unlessAway(undefined, () => leave(community));
        }
      });
      return newOnes;
    },

    greeting: (locale) => greetingIn(content.wordsFor(locale)),
  };
}

function isAway(error: unknown): error is HandrailError {
  return error instanceof HandrailError && error.trouble === 'storage-unavailable';
}
