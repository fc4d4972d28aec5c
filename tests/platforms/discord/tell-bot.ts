import type { Channel } from './channel.ts';
import type { Discord } from './discord.ts';
import { type Interaction, interactionTypes } from './interactions.ts';
import { permissions } from './permissions.ts';
import type { User } from './user.ts';
import { channelJson, type Json, memberJson, messageJson, userJson } from './wire.ts';

type About = Pick<Interaction, 'kind' | 'name' | 'user' | 'channel' | 'messageId'>;

/** INTERACTION_CREATE: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object */
export function tellBot(discord: Discord, about: About, data: Json): Interaction {
  const { gateway, interactions, messages, world } = discord;
  const { channel, user } = about;
  const guildId = channel.guild?.id ?? null;
  if (!gateway.hears(guildId, 0)) throw new Error(`No bot is connected that would hear of a ${about.kind} here`);
  const message = messages.byId(about.messageId ?? '');
  const interaction = interactions.begin(about);
  const payload = {
    id: interaction.id,
    application_id: world.applicationId,
    type: interactionTypes[about.kind],
    token: interaction.token,
    version: 1,
    data,
    locale: user.locale,
    channel_id: channel.id,
    channel: channelJson(channel, world.bot),
    entitlements: [],
    attachment_size_limit: 10 * 1024 * 1024,
    ...(message !== null && { message: messageJson(message, world.applicationId) }),
    ...whereAndWho(channel, user),
  };
  interaction.told = payload;
  tellAgain(discord, interaction);
  return interaction;
}

export function tellAgain({ gateway }: Discord, { channel, told }: Interaction): void {
  gateway.dispatch('INTERACTION_CREATE', told, channel.guild?.id ?? null, 0);
}

/** In a guild there is a member, with what they may do there; in a DM there is a user. */
function whereAndWho(channel: Channel, user: User): Json {
  const { guild } = channel;
  if (guild === null) {
    const usual = permissions.viewChannel | permissions.sendMessages | permissions.embedLinks | permissions.attachFiles;
    return {
      user: userJson(user),
      context: 1,
      app_permissions: String(usual),
      authorizing_integration_owners: { 0: '0' },
    };
  }
  return {
    member: { ...memberJson(guild, user), permissions: String(guild.permissionsOf(user)) },
    context: 0,
    guild: { id: guild.id, locale: guild.locale, features: [] },
    guild_id: guild.id,
    guild_locale: guild.locale,
    app_permissions: String(guild.botPermissions(channel)),
    authorizing_integration_owners: { 0: guild.id },
  };
}
