import type { Guild } from 'discord.js';
import { type Greets, greet } from '../../core/communities/greet.ts';
import type { Installations } from '../../core/platform/platform.ts';

/** Older guilds get no greeting: they need none, and after a database loss all would be greeted again. */
const greetedWithinDays = 3;

/**
 * Records the guilds that the bot is in, and greets each once. A greeting is recorded before it is sent, because after
 * a crash a missing greeting is better than a second one.
 */
export class Guilds {
  readonly #installations: Installations;
  readonly #greets: Greets;

  constructor(installations: Installations, greets: Greets) {
    this.#installations = installations;
    this.#greets = greets;
  }

  /** Catches up on guilds joined and left while the bot was offline. */
  async settle(guilds: readonly Guild[], mayKnow: (guild: string) => boolean): Promise<void> {
    const unknown = await this.#installations.settle(
      guilds.map(({ id }) => id),
      mayKnow,
    );
    // In sequence, because Discord treats many DM channels opened at once as spam.
    for (const guild of guilds.filter(({ id }) => unknown.includes(id))) await this.#greet(guild);
  }

  async joined(guild: Guild): Promise<void> {
    if (await this.#installations.joined(guild.id, guild.preferredLocale)) await this.#greet(guild);
  }

  async left({ id }: Guild): Promise<void> {
    await this.#installations.left(id);
  }

  /**
   * Greets the owner by direct message, because Discord does not say who added the bot. If that fails, posts one line
   * in the system channel.
   */
  async #greet(guild: Guild): Promise<void> {
    if (!guild.available || this.#daysSince(guild.joinedTimestamp) > greetedWithinDays) return;
    const { checklist, line } = this.#installations.greeting(guild.preferredLocale);
    const told = await greet(this.#greets, { kind: 'member', account: guild.ownerId }, `hello-${guild.id}`, checklist);
    if (!told && guild.systemChannelId !== null)
      await greet(this.#greets, { kind: 'channel', channel: guild.systemChannelId }, `line-${guild.id}`, line);
  }

  #daysSince(timestamp: number): number {
    return (this.#greets.clock.now().epochMilliseconds - timestamp) / 86_400_000;
  }
}
