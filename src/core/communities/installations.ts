import type { Deps } from '../conversation/context.ts';
import type { Store } from '../conversation/store.ts';
import type { Arrival, Installations, PlatformKind } from '../platform/platform.ts';
import { isStorageAway } from '../values/errors.ts';
import { addGreeting } from './greeting.ts';

/** Records the communities of a platform that the bot is in, and greets new ones. Writes only changes. */
export function installations(
  { name: platform, limits }: Pick<PlatformKind, 'name' | 'limits'>,
  { store, clock, log }: Pick<Deps, 'clock' | 'log'> & { readonly store: Store },
): Installations {
  /** In one transaction, so that a crash neither forgets a greeting nor makes a second one. */
  const arrive = ({ community: key, locale, welcome }: Arrival) =>
    store.transaction(async (tx) => {
      const now = clock.now();
      const community = await tx.communities.arrive({ platform, key }, locale, now);
      if (community !== null && welcome !== null) await addGreeting(tx, { platform, community, now }, welcome, limits);
    });
  const leave = (key: string) => store.transaction((tx) => tx.communities.leave({ platform, key }, clock.now()));

  const move = (key: string, to: string) => store.transaction((tx) => tx.communities.move({ platform, key }, to));

  /** Logs an error, because the platform must continue; rethrows what `thrown` selects. */
  async function orLog(work: () => Promise<void>, thrown: (error: unknown) => boolean = () => false): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (thrown(error)) throw error;
      if (isStorageAway(error)) log.warn('where the bot is could not be noted', { platform, reason: error.message });
      else log.error('noting where the bot is failed', { platform, error });
    }
  }

  return {
    joined: (arrival) => orLog(() => arrive(arrival)),
    left: (community) => orLog(() => leave(community)),
    moved: (community, to) => orLog(() => move(community, to)),

    // One unreadable community must not stop the others; an unavailable database ends the work.
    settle: (present, mayKnow) =>
      orLog(async () => {
        const here = new Map(present.map((arrival) => [arrival.community, arrival]));
        const known = new Set(await store.communities.present(platform));
        for (const [community, arrival] of here) {
          if (!known.has(community)) await orLog(() => arrive(arrival), isStorageAway);
        }
        for (const community of known) {
          if (!here.has(community) && mayKnow(community)) await orLog(() => leave(community), isStorageAway);
        }
      }),
  };
}
