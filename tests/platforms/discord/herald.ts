import { Channel } from './channel.ts';
import type { Discord } from './discord.ts';
import { intents } from './gateway-codes.ts';
import { Guild, Role } from './guild.ts';
import { channelJson, guildJson, roleJson } from './wire.ts';

/** Hears of every change, and tells it through the gateway. */
export type Herald = (
  what: 'guild-joined' | 'guild-left' | 'guild-out' | 'channel-made' | 'channel-changed' | 'channel-gone' | 'role-made',
  about: Guild | Channel | Role,
) => void;

const events = {
  'channel-made': 'CHANNEL_CREATE',
  'channel-changed': 'CHANNEL_UPDATE',
  'channel-gone': 'CHANNEL_DELETE',
  'thread-made': 'THREAD_CREATE',
  'thread-changed': 'THREAD_UPDATE',
  'thread-gone': 'THREAD_DELETE',
} as const;

/** Tells the bot what changes in the world while it is connected. */
export function herald({ gateway, world }: Discord, ...[what, about]: Parameters<Herald>): void {
  if (about instanceof Guild) {
    if (what === 'guild-joined') gateway.dispatch('GUILD_CREATE', guildJson(about, world), about.id, intents.guilds);
    // An outage is a GUILD_DELETE too; only `unavailable` tells it from being removed.
    else
      gateway.dispatch(
        'GUILD_DELETE',
        { id: about.id, ...(what === 'guild-out' && { unavailable: true }) },
        about.id,
        intents.guilds,
      );
  } else if (about instanceof Role) {
    gateway.dispatch(
      'GUILD_ROLE_CREATE',
      { guild_id: about.guild.id, role: roleJson(about) },
      about.guild.id,
      intents.guilds,
    );
  } else if (about instanceof Channel && about.guild !== null) {
    const event = about.kind === 'thread' ? what.replace('channel', 'thread') : what;
    gateway.dispatch(
      events[event as keyof typeof events],
      channelJson(about, world.bot),
      about.guild.id,
      intents.guilds,
    );
  }
}
