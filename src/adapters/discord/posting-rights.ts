import {
  type ChannelType,
  DiscordjsError,
  DiscordjsErrorCodes,
  type Guild,
  type GuildBasedChannel,
  PermissionFlagsBits,
} from 'discord.js';
import type { Place, SharedPlace } from '../../core/language/request.ts';
import type { PostingRight } from '../../core/platform/platform.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { postable } from './commands.ts';
import { failureOf } from './failure.ts';

const askWithinMs = 5_000;

/** `guildOf`: the guild as the gateway knows it, with its roles and channels; null while it is not connected. */
export async function mayPost(
  guildOf: (id: string) => Guild | null,
  place: Place,
  community: string,
): Promise<PostingRight> {
  if (place.kind === 'private' || !/^\d{1,20}$/.test(idOf(place))) return 'elsewhere';
  const guild = guildOf(community);
  return guild === null ? 'unknown' : withTimeout(askWithinMs, rightIn(guild, place), 'unknown');
}

async function rightIn(guild: Guild, place: SharedPlace): Promise<PostingRight> {
  try {
    const channel = await guild.channels.fetch(idOf(place), { force: true });
    if (channel === null || !isPostable(channel) || !isThere(channel, place)) return 'elsewhere';
    return isAllowed(channel, guild) ? 'yes' : 'no-permission';
  } catch (error) {
    return refusedAs(error, guild, place);
  }
}

function isPostable({ type }: GuildBasedChannel): boolean {
  return (postable as readonly ChannelType[]).includes(type);
}

/** A thread that was picked from a list stands as a channel, because Discord's menu lists both. */
function isThere(channel: GuildBasedChannel, place: SharedPlace): boolean {
  return place.kind === 'channel' || (channel.isThread() && channel.parentId === place.channel);
}

function isAllowed(channel: GuildBasedChannel, { members: { me } }: Guild): boolean {
  if (me === null) return false;
  if (channel.isThread()) return channel.viewable && channel.sendable;
  return channel.permissionsFor(me).has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages]);
}

/** Discord refuses a channel of another guild and a hidden one of this guild alike; the gateway knows the latter. */
function refusedAs(error: unknown, guild: Guild, place: SharedPlace): PostingRight {
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.GuildChannelUnowned) return 'elsewhere';
  const failure = failureOf(error);
  if (failure.kind === 'bug') throw error;
  if (failure.kind !== 'refused') return 'unknown';
  if (failure.status === 404) return 'elsewhere';
  if (failure.status !== 403) return 'unknown';
  return guild.channels.cache.has(place.channel) ? 'no-permission' : 'elsewhere';
}

function idOf(place: SharedPlace): string {
  return place.kind === 'thread' ? place.thread : place.channel;
}
