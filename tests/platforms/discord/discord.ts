import type { Changes } from '../changes.ts';
import type { Gateway } from './gateway.ts';
import { intents } from './gateway-codes.ts';
import type { HistoryEntry } from './http.ts';
import type { Interaction, Interactions } from './interactions.ts';
import type { Message, Messages } from './messages.ts';
import type { Command } from './routes/application.ts';
import { channelTypes, messageJson } from './wire.ts';
import type { World } from './world.ts';

/** What the REST side, the gateway and the people share. */
export class Discord {
  readonly world: World;
  readonly messages: Messages;
  readonly interactions: Interactions;
  readonly gateway: Gateway;
  readonly changes: Changes;
  readonly commands: Command[] = [];
  readonly history: readonly HistoryEntry[];
  readonly gatewayUrl: () => string;
  readonly shards: number;
  readonly maxConcurrency: number;
  readonly answerWithinMs: number;

  constructor(parts: Omit<Discord, 'commands' | 'announceMessage' | 'whatCameFor'>) {
    this.world = parts.world;
    this.messages = parts.messages;
    this.interactions = parts.interactions;
    this.gateway = parts.gateway;
    this.changes = parts.changes;
    this.history = parts.history;
    this.gatewayUrl = parts.gatewayUrl;
    this.shards = parts.shards;
    this.maxConcurrency = parts.maxConcurrency;
    this.answerWithinMs = parts.answerWithinMs;
  }

  /** As a bot hears of messages: in DMs its own too, in guilds without the words, and of ephemeral ones nothing. */
  announceMessage(message: Message): void {
    if (message.onlyFor !== null) return;
    const { guild } = message.channel;
    const json = {
      ...messageJson(message, this.world.applicationId),
      channel_type: channelTypes[message.channel.kind],
    };
    if (guild === null) this.gateway.dispatch('MESSAGE_CREATE', json, null, intents.directMessages);
    else {
      const wordless = message.author.bot ? {} : { content: '', embeds: [], components: [], attachments: [] };
      this.gateway.dispatch(
        'MESSAGE_CREATE',
        { ...json, ...wordless, guild_id: guild.id },
        guild.id,
        intents.guildMessages,
      );
    }
  }

  /** For whoever wonders why nobody answered. */
  whatCameFor({ token }: Interaction): string {
    const came = this.history.filter(({ path }) => path.includes(token));
    if (came.length === 0) return 'The bot sent nothing for it.';
    const lines = came.map(
      ({ method, route, status, code }) => `  ${method} ${route} → ${status ?? 'reset'} ${code ?? ''}`,
    );
    return `The bot sent:\n${lines.join('\n')}`;
  }
}
