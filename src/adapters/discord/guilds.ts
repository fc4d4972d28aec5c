import type { Guild } from 'discord.js';
import type { Arrivals, Destination } from '../../core/conversation/platform.ts';
import type { View } from '../../core/conversation/view.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Outbound } from './outbound.ts';

/** Whoever added the bot longer ago has found their way, or does not look for one. A lost database greets nobody anew. */
const greetedWithinDays = 3;
const greetWithinMs = 60_000;

/** The servers that the bot is in: greeted once, remembered when it is taken out. */
export class Guilds {
  readonly #arrivals: Arrivals;
  readonly #outbound: Outbound;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(arrivals: Arrivals, outbound: Outbound, clock: Clock, log: Log) {
    this.#arrivals = arrivals;
    this.#outbound = outbound;
    this.#clock = clock;
    this.#log = log;
  }

  /** What happened while nobody listened. */
  async settle(guilds: readonly Guild[], mayKnow: (guild: string) => boolean): Promise<void> {
    const unknown = await this.#arrivals.settle(
      guilds.map(({ id }) => id),
      mayKnow,
    );
    // One after the other: Discord takes many private chats opened at once for spam.
    for (const guild of guilds.filter(({ id }) => unknown.includes(id))) await this.#greet(guild);
  }

  async joined(guild: Guild): Promise<void> {
    if (await this.#arrivals.joined(guild.id)) await this.#greet(guild);
  }

  async left({ id }: Guild): Promise<void> {
    await this.#arrivals.left(id);
  }

  /** Discord does not say who added the bot: so the owner is told, alone; else one quiet line where newcomers are greeted. */
  async #greet(guild: Guild): Promise<void> {
    if (!guild.available || this.#daysSince(guild.joinedTimestamp) > greetedWithinDays) return;
    const { checklist, line } = this.#arrivals.greeting(guild.preferredLocale);
    const told = await this.#tell({ kind: 'member', account: guild.ownerId }, `hello-${guild.id}`, checklist);
    if (!told && guild.systemChannelId !== null)
      await this.#tell({ kind: 'channel', channel: guild.systemChannelId }, `line-${guild.id}`, line);
  }

  /** False where Discord refused it. Of what is uncertain nothing more is sent. */
  async #tell(to: Destination, id: string, shown: View): Promise<boolean> {
    const delivery = { kind: 'post', id, to, view: shown } as const;
    const receipt = await this.#outbound.deliver(delivery, AbortSignal.timeout(greetWithinMs));
    if (receipt.kind === 'refused')
      this.#log.info('a greeting was refused', { platform: 'discord', reason: receipt.reason });
    return receipt.kind !== 'refused';
  }

  #daysSince(timestamp: number): number {
    return (this.#clock.now().epochMilliseconds - timestamp) / 86_400_000;
  }
}
