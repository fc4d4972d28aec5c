// A bot on Discord, in a process of its own. First, as in src/main.ts: V8 is kept as small for everyone here as it is for the bot.
import '../dist/v8-flags.js';

import { once } from 'node:events';
import { Client, Events, GatewayIntentBits, MessageFlags } from 'discord.js';
import { barePasses } from './bare-passes.js';
import { serveBot } from './bot-process.js';

await serveBot({
  env: ({ apiUrl, token }) => ({ DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl }),
  bareBot,
});

/** What discord.js's own guide does: put the answer off, write, answer. Or answer at once, after it wrote. */
async function bareBot(settings, { answer, putsOff, ...bare }) {
  const { writeNext, close } = await barePasses(bare);
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // As it comes, discord.js holds itself to 50 answers a second, which Discord does not ask of answers.
    rest: { api: settings.apiUrl, globalRequestsPerSecond: Number.POSITIVE_INFINITY },
    allowedMentions: { parse: [] },
  });
  const handle = async (interaction) => {
    const member = Number(interaction.user.username.slice('member-'.length));
    if (putsOff) {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await writeNext(member);
      await interaction.editReply(answer);
    } else {
      await writeNext(member);
      await interaction.reply({ ...answer, flags: answer.flags | MessageFlags.Ephemeral });
    }
  };
  const ready = once(client, Events.ClientReady);
  client.on(Events.InteractionCreate, (interaction) => void handle(interaction));
  await client.login(settings.token);
  await ready;
  await client.application.commands.set([
    { name: 'checkin', description: 'Check in', options: [{ name: 'mood', description: 'From 1 to 5', type: 4 }] },
  ]);
  return async () => {
    await client.destroy();
    await close();
  };
}
