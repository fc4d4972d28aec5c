import { once } from 'node:events';
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type ChatInputCommandInteraction,
  Client,
  type ClientOptions,
  Events,
  GatewayIntentBits,
  type Interaction,
  type Message,
  type MessageCreateOptions,
  MessageFlags,
  SlashCommandBuilder,
} from 'discord.js';
import { afterEach } from 'vitest';
import { DiscordServer, type DiscordServerOptions } from '../discord-server.ts';

/** What a test opened, closed after it: the last first. A server that was sent what it must not be sent fails here. */
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

export async function aServer(options: DiscordServerOptions = {}): Promise<DiscordServer> {
  const server = await DiscordServer.start(options);
  open.push(() => server.close());
  return server;
}

export function aClient(server: DiscordServer, options: Partial<ClientOptions> = {}): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages],
    allowedMentions: { parse: [] },
    ...options,
    rest: { api: server.apiUrl, ...options.rest },
  });
  open.push(() => client.destroy());
  return client;
}

/** discord.js waits 5 s between two IDENTIFYs. */
export const atOnce = { ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => {} }) } };

const checkin = new SlashCommandBuilder()
  .setName('checkin')
  .setDescription('Check in')
  .addIntegerOption((option) => option.setName('mood').setDescription('From 1 to 5').setMinValue(1).setMaxValue(5))
  .addStringOption((option) => option.setName('note').setDescription('A note').setAutocomplete(true))
  .addBooleanOption((option) => option.setName('keep').setDescription('Keep it'));

type Answering = (interaction: Interaction, client: Client) => Promise<unknown>;

/** A server, a guild, and a bot that has registered its commands and answers in this way. */
export async function aBot(
  answer: Answering,
  options: DiscordServerOptions & { readonly client?: Partial<ClientOptions> } = {},
) {
  const server = await aServer(options);
  const guild = server.guild('Harbor');
  const client = aClient(server, options.client);
  const refusals: { code: unknown }[] = [];
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction, client).catch((error: unknown) => refusals.push(error as { code: unknown }));
  });
  const ready = once(client, Events.ClientReady);
  await client.login(server.token);
  await ready;
  await client.application?.commands.set([checkin]);
  return { server, client, guild, general: guild.channel('general'), newcomer: server.user('newcomer'), refusals };
}

export const buttons = (...labels: readonly string[]) =>
  new ActionRowBuilder<ButtonBuilder>().addComponents(
    labels.map((label) => new ButtonBuilder().setLabel(label).setCustomId(label).setStyle(ButtonStyle.Primary)),
  );

/** What most bots do: put the reply off, privately, and then give it. */
export async function answersPrivately(interaction: Interaction): Promise<void> {
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply({
      content: `Mood ${interaction.options.getInteger('mood')} of 5`,
      components: [buttons('Keep it')],
    });
  } else if (interaction.isButton()) await interaction.update({ content: 'Kept, for you.', components: [] });
}

export async function send(
  client: Client,
  to: { readonly id: string },
  message: MessageCreateOptions,
): Promise<Message> {
  const channel = await client.channels.fetch(to.id);
  if (channel?.isSendable() !== true) throw new Error('Not a channel to send to');
  return channel.send(message);
}

export const chat = (interaction: Interaction) => interaction as ChatInputCommandInteraction;
