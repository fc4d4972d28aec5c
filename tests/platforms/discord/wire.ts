import type { Channel } from './channel.ts';
import { type Guild, longAgo, type Role } from './guild.ts';
import type { Message } from './messages.ts';
import { messageFlags } from './payloads/message.ts';
import { permissions } from './permissions.ts';
import type { User } from './user.ts';
import type { World } from './world.ts';

/** The world as Discord writes it in JSON. */
export type Json = Readonly<Record<string, unknown>>;

export const channelTypes = { text: 0, dm: 1, voice: 2, thread: 11 } as const;

export function userJson({ id, name, bot }: User): Json {
  return { id, username: name, global_name: name, discriminator: '0', avatar: null, bot, public_flags: 0 };
}

export function roleJson({ id, name, permissions: granted, guild }: Role): Json {
  return {
    id,
    name,
    permissions: String(granted),
    position: guild.roles.findIndex((role) => role.id === id),
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    flags: 0,
  };
}

export function memberJson(guild: Guild, user: User): Json {
  const roles = [...(guild.members.get(user) ?? [])].map(({ id }) => id);
  return {
    user: userJson(user),
    roles,
    nick: null,
    avatar: null,
    joined_at: longAgo,
    deaf: false,
    mute: false,
    flags: 0,
  };
}

export function channelJson(channel: Channel, bot: User): Json {
  const { id, kind, name, guild, parent, recipient } = channel;
  if (recipient !== null)
    return { id, type: channelTypes.dm, recipients: [userJson(recipient)], last_message_id: null };
  const denied =
    (channel.botMayWrite ? 0n : permissions.sendMessages | permissions.sendInThreads) |
    (channel.botMayView ? 0n : permissions.viewChannel);
  const overwrite = { id: bot.id, type: 1, allow: '0', deny: String(denied) };
  const common = { id, type: channelTypes[kind], name, guild_id: guild?.id, flags: 0, rate_limit_per_user: 0 };
  if (parent === null) {
    return {
      ...common,
      position: 0,
      parent_id: null,
      nsfw: false,
      topic: null,
      permission_overwrites: denied === 0n ? [] : [overwrite],
    };
  }
  return {
    ...common,
    parent_id: parent.id,
    owner_id: bot.id,
    message_count: 0,
    member_count: 1,
    thread_metadata: { archived: false, auto_archive_duration: 1440, archive_timestamp: longAgo, locked: false },
  };
}

export function guildJson(guild: Guild, { bot }: World): Json {
  const here = guild.channels.filter(({ gone }) => !gone);
  const first = here.find(({ kind }) => kind === 'text');
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.owner.id,
    preferred_locale: guild.locale,
    system_channel_id: first?.id ?? null,
    roles: guild.roles.map(roleJson),
    channels: here.filter(({ kind }) => kind !== 'thread').map((channel) => channelJson(channel, bot)),
    threads: here.filter(({ kind }) => kind === 'thread').map((channel) => channelJson(channel, bot)),
    members: [memberJson(guild, bot)],
    member_count: guild.members.size,
    joined_at: guild.joinedAt,
    icon: null,
    features: [],
    emojis: [],
    stickers: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    large: false,
    unavailable: false,
  };
}

export function messageJson(message: Message, applicationId: string): Json {
  const { id, channel, author, content, embeds, components, attachments, flags, loading, sentAt, editedAt, nonce } =
    message;
  return {
    id,
    channel_id: channel.id,
    author: userJson(author),
    content,
    embeds: embeds.map((embed) => ({ type: 'rich', ...embed })),
    components,
    attachments: attachments.map((each) => ({
      ...each,
      url: `attachment://${each.filename}`,
      proxy_url: '',
      content_type: null,
    })),
    flags: flags | (loading ? messageFlags.loading : 0),
    timestamp: sentAt.toISOString(),
    edited_timestamp: editedAt?.toISOString() ?? null,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    type: 0,
    ...(author.bot && { application_id: applicationId }),
    ...(nonce !== null && { nonce }),
  };
}
