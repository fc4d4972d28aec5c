import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
  ComponentType,
  type GatewayMessageCreateDispatchData,
  InteractionContextType,
  InteractionType,
  MessageType,
  PermissionFlagsBits,
  SnowflakeUtil,
} from 'discord.js';
import type { Caller, Place, Request, RequestBody } from '../../core/language/request.ts';
import { Temporal } from '../../core/values/time.ts';
import { readModalId, tokenOf } from './custom-id.ts';
import { answersIn } from './modal.ts';

/** The interactions that the inbox answers. */
export type Askable =
  | APIChatInputApplicationCommandInteraction
  | APIMessageComponentInteraction
  | APIModalSubmitInteraction;

export type Completing = APIApplicationCommandAutocompleteInteraction;

export function isAskable(interaction: APIInteraction): interaction is Askable {
  if (interaction.type === InteractionType.ApplicationCommand)
    return interaction.data.type === ApplicationCommandType.ChatInput;
  return interaction.type === InteractionType.MessageComponent || interaction.type === InteractionType.ModalSubmit;
}

/** Is it a direct message to the bot? Server messages never arrive, because the bot does not request that intent. */
export function isWrittenToBot(message: GatewayMessageCreateDispatchData): boolean {
  const written = message.type === MessageType.Default || message.type === MessageType.Reply;
  return message.guild_id === undefined && message.author.bot !== true && written;
}

/** True only where Discord confirms a DM with the bot, because others may read any other place. */
export function isPrivateChat({ guild_id, context }: Pick<APIInteraction, 'guild_id' | 'context'>): boolean {
  return guild_id === undefined && context === InteractionContextType.BotDM;
}

export function requestOf(interaction: Askable): Request {
  return {
    id: interaction.id,
    caller: callerOf(interaction),
    place: placeOf(interaction),
    at: instantOf(interaction.id),
  };
}

export function requestOfMessage({ id, author }: GatewayMessageCreateDispatchData): Request {
  return {
    id,
    // Discord does not send the locale of a message's author.
    caller: {
      platform: 'discord',
      account: author.id,
      community: null,
      locale: null,
      communityLocale: null,
      zone: null,
      claims: [],
    },
    place: { kind: 'private' },
    at: instantOf(id),
  };
}

export function askedInMessage({ content }: GatewayMessageCreateDispatchData): RequestBody {
  const command = /^\/(\S+)\s*(.*)$/s.exec(content.trim());
  if (command === null) return content.trim() === '' ? { kind: 'wordless' } : { kind: 'text', text: content };
  return { kind: 'typed', name: command[1] ?? '', rest: command[2] ?? '' };
}

export function askedBy(interaction: Askable): RequestBody {
  switch (interaction.type) {
    case InteractionType.ApplicationCommand:
      return { kind: 'command', name: interaction.data.name, ...behindName(interaction) };
    case InteractionType.ModalSubmit: {
      const { custom_id, components } = interaction.data;
      return { kind: 'form', ...readModalId(custom_id), answers: answersIn(components) };
    }
    default: {
      const { data } = interaction;
      const id = data.component_type === ComponentType.Button ? data.custom_id : (data.values[0] ?? '');
      return { kind: 'action', token: tokenOf(id) };
    }
  }
}

/** Its options, or a subcommand with its options. */
function behindName({ data, guild_id }: APIChatInputApplicationCommandInteraction) {
  const { options = [] } = data;
  const [first] = options;
  if (first?.type !== ApplicationCommandOptionType.Subcommand) return { options: optionsOf(options, guild_id) };
  return { subcommand: first.name, options: optionsOf(first.options ?? [], guild_id) };
}

function optionsOf(
  options: NonNullable<APIChatInputApplicationCommandInteraction['data']['options']>,
  guild_id: string | undefined,
): Readonly<Record<string, unknown>> {
  const given = options.map((option) => {
    const value = 'value' in option ? option.value : undefined;
    // "@everyone" has the server's ID; as a moderator group it means nobody, because it would include everyone.
    const nobody = option.type === ApplicationCommandOptionType.Role && value === guild_id;
    return [option.name, nobody ? 'none' : value] as const;
  });
  return Object.fromEntries(given);
}

function callerOf(interaction: Askable): Caller {
  const { member, guild_id = null, locale, guild_locale: communityLocale = null } = interaction;
  const user = member?.user ?? interaction.user;
  if (user === undefined) throw new Error('Discord did not say who asks');
  return {
    platform: 'discord',
    account: user.id,
    community: guild_id,
    locale,
    communityLocale,
    zone: null,
    claims: claimsOf(interaction),
  };
}

const manages = PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator;

/** The member's permissions and roles, as Discord sends them with this interaction. */
function claimsOf({ member }: Askable): readonly string[] {
  if (member === undefined) return [];
  const mayManage = (BigInt(member.permissions) & manages) !== 0n;
  return [...(mayManage ? ['manages'] : []), ...member.roles.map(roleClaim)];
}

export function mayModerate({ claims }: Caller, role: string | null): boolean {
  return claims.includes('manages') || (role !== null && claims.includes(roleClaim(role)));
}

function roleClaim(role: string): string {
  return `role:${role}`;
}

const threads: readonly ChannelType[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

function placeOf(interaction: Askable): Place {
  if (isPrivateChat(interaction)) return { kind: 'private' };
  const { channel, channel_id: id } = interaction as {
    channel?: { type: ChannelType; parent_id?: string };
    channel_id: string;
  };
  const parent = channel?.parent_id;
  if (channel === undefined || parent === undefined || !threads.includes(channel.type))
    return { kind: 'channel', channel: id };
  return { kind: 'thread', channel: parent, thread: id };
}

/** Discord's IDs contain their creation time: https://discord.com/developers/docs/reference#snowflakes */
function instantOf(id: string): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(SnowflakeUtil.timestampFrom(id));
}
