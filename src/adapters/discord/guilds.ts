import type { Guild } from 'discord.js';
import type { Arrival, Installations } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';

/** Older guilds get no greeting: they need none, and after a database loss all would be greeted again. */
const greetedWithinDays = 3;

/** Records the guilds that the bot is in. */
export class Guilds {
  readonly #installations: Installations;
  readonly #clock: Clock;

  constructor(installations: Installations, clock: Clock) {
    this.#installations = installations;
    this.#clock = clock;
  }

  /** Catches up on guilds joined and left while the bot was offline. */
  async settle(guilds: readonly Guild[], mayKnow: (guild: string) => boolean): Promise<void> {
    await this.#installations.settle(
      guilds.map((guild) => this.#arrivalOf(guild)),
      mayKnow,
    );
  }

  async joined(guild: Guild): Promise<void> {
    await this.#installations.joined(this.#arrivalOf(guild));
  }

  async left({ id }: Guild): Promise<void> {
    await this.#installations.left(id);
  }

  /**
   * The owner is greeted by direct message, because Discord does not say who added the bot. If that is refused, one line
   * goes to the system channel.
   */
  #arrivalOf({ id, available, preferredLocale, joinedTimestamp, ownerId, systemChannelId }: Guild): Arrival {
    const isRecent = this.#daysSince(joinedTimestamp) <= greetedWithinDays;
    const welcome = {
      installer: ownerId,
      channel: systemChannelId,
      lineWhen: 'installer-refused',
      door: null,
    } as const;
    // A guild that is not available yet has no locale and no owner.
    return {
      community: id,
      locale: available ? preferredLocale : null,
      welcome: available && isRecent ? welcome : null,
    };
  }

  #daysSince(timestamp: number): number {
    return (this.#clock.now().epochMilliseconds - timestamp) / 86_400_000;
  }
}
