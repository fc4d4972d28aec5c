import type { Deps } from '../conversation/context.ts';
import type { Store } from '../conversation/store.ts';
import type { Installations, PlatformKind } from '../platform/platform.ts';
import { HandrailError } from '../values/errors.ts';
import { greetingIn } from './setup.ts';

/** Records the communities of a platform that the bot is in. Writes only changes. */
export function installations(
  { name: platform, limits }: Pick<PlatformKind, 'name' | 'limits'>,
  { store, content, clock, log }: Pick<Deps, 'content' | 'clock' | 'log'> & { readonly store: Store },
): Installations {
  const arrive = (key: string, locale: string | null) =>
    store.transaction((tx) => tx.communities.arrive({ platform, key }, locale, clock.now()));
  const leave = (key: string) => store.transaction((tx) => tx.communities.leave({ platform, key }, clock.now()));

  const move = (key: string, to: string) => store.transaction((tx) => tx.communities.move({ platform, key }, to));

  /** Logs an error and returns `otherwise`, because the platform must continue; rethrows what `thrown` selects. */
  async function orElse<T>(
    otherwise: T,
    work: () => Promise<T>,
    thrown: (error: unknown) => boolean = () => false,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (thrown(error)) throw error;
      if (isAway(error)) log.warn('where the bot is could not be noted', { platform, reason: error.message });
      else log.error('noting where the bot is failed', { platform, error });
      return otherwise;
    }
  }

  return {
    joined: (community, locale) => orElse(false, () => arrive(community, locale)),
    left: (community) => orElse(undefined, () => leave(community)),
    moved: (community, to) => orElse(undefined, () => move(community, to)),

    async settle(present, mayKnow) {
      // Declared outside, because communities saved before the database became unavailable are greeted now or never.
      const newOnes: string[] = [];
      // One unreadable community must not stop the others; an unavailable database ends the work.
      await orElse(undefined, async () => {
        const here = new Set(present);
        const known = new Set(await store.communities.present(platform));
        for (const community of here) {
          if (known.has(community)) continue;
          if (await orElse(false, () => arrive(community, null), isAway)) newOnes.push(community);
        }
        for (const community of known) {
          if (!here.has(community) && mayKnow(community)) await orElse(undefined, () => leave(community), isAway);
        }
      });
      return newOnes;
    },

    greeting: (locale) => greetingIn(content.wordsFor(locale), limits),
  };
}

function isAway(error: unknown): error is HandrailError {
  return error instanceof HandrailError && error.code === 'storage-unavailable';
}
