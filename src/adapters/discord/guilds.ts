import type { Guild } from 'discord.js';
import type { Arrivals, Destination } from '../../core/conversation/platform.ts';
import type { View } from '../../core/conversation/view.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Outbound } from './outbound.ts';
import { sleepWithin } from './persist.ts';

/** Whoever added the bot longer ago has found their way, or does not look for one. A lost database greets nobody anew. */
const greetedWithinDays = 3;
const greetWithinMs = 5 * 60_000;

interface GuildsOptions {
  readonly arrivals: Arrivals;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopping: AbortSignal;
}

/**
 * The servers that the bot is in: greeted once, remembered when it is taken out. That it was greeted is kept before the
 * greeting goes: a bot that is stopped just then leaves someone without a greeting, and nobody with two.
 */
export class Guilds {
  readonly #options: GuildsOptions;

  constructor(options: GuildsOptions) {
    this.#options = options;
  }

  /** What happened while nobody listened. */
  async settle(guilds: readonly Guild[], mayKnow: (guild: string) => boolean): Promise<void> {
    const unknown = await this.#options.arrivals.settle(
      guilds.map(({ id }) => id),
      mayKnow,
    );
    // One after the other: Discord takes many private chats opened at once for spam.
    for (const guild of guilds.filter(({ id }) => unknown.includes(id))) await this.#greet(guild);
  }

  async joined(guild: Guild): Promise<void> {
    if (await this.#options.arrivals.joined(guild.id)) await this.#greet(guild);
  }

  async left({ id }: Guild): Promise<void> {
    await this.#options.arrivals.left(id);
  }

  /** Discord does not say who added the bot: so the owner is told, alone; else one quiet line where newcomers are greeted. */
  async #greet(guild: Guild): Promise<void> {
    if (!guild.available || this.#daysSince(guild.joinedTimestamp) > greetedWithinDays) return;
    const { checklist, line } = this.#options.arrivals.greeting(guild.preferredLocale);
    const told = await this.#tell({ kind: 'member', account: guild.ownerId }, `hello-${guild.id}`, checklist);
    if (!told && guild.systemChannelId !== null)
      await this.#tell({ kind: 'channel', channel: guild.systemChannelId }, `line-${guild.id}`, line);
  }

  /** False where Discord refused it, or went on refusing to be asked. Of what is uncertain nothing more is sent. */
  async #tell(to: Destination, id: string, shown: View): Promise<boolean> {
    const { outbound, clock, log, stopping } = this.#options;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(greetWithinMs)]);
    const delivery = { kind: 'post', id, to, view: shown } as const;
    let receipt = await outbound.deliver(delivery, signal);
    while (receipt.kind === 'retry-after') {
      const waitMs = Math.max(0, clock.now().until(receipt.at).total('milliseconds'));
      if (!(await sleepWithin(waitMs, signal))) break;
      receipt = await outbound.deliver(delivery, signal);
    }
    if (receipt.kind === 'sent' || receipt.kind === 'uncertain') return true;
    const reason = receipt.kind === 'refused' ? receipt.reason : receipt.kind;
    log.info('a greeting was not taken', { platform: 'discord', reason });
    return false;
  }

  #daysSince(timestamp: number): number {
    return (this.#options.clock.now().epochMilliseconds - timestamp) / 86_400_000;
  }
}
