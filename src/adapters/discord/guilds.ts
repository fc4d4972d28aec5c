import type { Guild } from 'discord.js';
import { type Greets, greet } from '../../core/communities/greet.ts';
import type { Installations } from '../../core/platform/platform.ts';

/** Whoever added the bot longer ago has found their way, or does not look for one. A lost database greets nobody anew. */
const greetedWithinDays = 3;

/**
 * The servers that the bot is in: greeted once, remembered when it is taken out. That it was greeted is kept before the
 * greeting goes: a bot that is stopped just then leaves someone without a greeting, and nobody with two.
 */
export class Guilds {
  readonly #installations: Installations;
  readonly #greets: Greets;

  constructor(installations: Installations, greets: Greets) {
    this.#installations = installations;
    this.#greets = greets;
  }

  /** What happened while nobody listened. */
  async settle(guilds: readonly Guild[], mayKnow: (guild: string) => boolean): Promise<void> {
    const unknown = await this.#installations.settle(
      guilds.map(({ id }) => id),
      mayKnow,
    );
    // One after the other: Discord takes many private chats opened at once for spam.
    for (const guild of guilds.filter(({ id }) => unknown.includes(id))) await this.#greet(guild);
  }

  async joined(guild: Guild): Promise<void> {
    if (await this.#installations.joined(guild.id, guild.preferredLocale)) await this.#greet(guild);
  }

  async left({ id }: Guild): Promise<void> {
    await this.#installations.left(id);
  }

  /** Discord does not say who added the bot: so the owner is told, alone; else one quiet line where newcomers are greeted. */
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
