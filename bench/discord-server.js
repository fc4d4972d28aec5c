// Discord on loopback, in a process of its own: one for each contender, and the people who use it. Here is measured.
import { historyDays, memberCount } from './checkin-requests.js';
import { setDay } from './day-clock.js';
import { timed } from './rounds.js';
import { about, serve } from './worker.js';

const { DiscordServer } = await import(about.module);
const discords = new Map();
/** By contender: every answer that was seen, without its numbers, and how often. */
const seen = new Map();

// Discord's identifiers say when something was asked.
setDay(-historyDays);

await serve({
  async open(who) {
    const discord = await DiscordServer.start();
    const guild = discord.guild('Harbor');
    const general = guild.channel('general');
    const people = Array.from({ length: memberCount }, (_, member) => discord.user(`member-${member}`));
    discords.set(who, { discord, places: people.map((person) => person.in(general)) });
    seen.set(who, new Map());
    return {
      settings: { apiUrl: discord.apiUrl, token: discord.token },
      people: {
        community: { platform: 'discord', key: guild.id },
        accounts: people.map(({ id }) => ({ platform: 'discord', key: id })),
      },
    };
  },

  async ready(who) {
    const { discord } = discords.get(who);
    await discord.until('commands', () => discord.commands.includes('checkin'));
  },

  /** From what the bot is told until its last words are there: a message that still loads is no answer. */
  async checkIns(who, checkIns, atOnce) {
    const { places } = discords.get(who);
    const eachMs = [];
    gc();
    const { allMs } = await timed(checkIns, atOnce, async ({ member, pass }) => {
      setDay(pass);
      const { interaction, text } = await places[member].slash('checkin', { mood: 4 });
      eachMs.push(interaction.answeredAt - interaction.dispatchedAt);
      const said = text.replaceAll(/\d+/g, '#');
      seen.get(who).set(said, (seen.get(who).get(said) ?? 0) + 1);
    });
    return { eachMs, allMs };
  },

  /** The last answer, as it was sent. */
  answer: (who) =>
    discords.get(who).discord.requestsOf('PATCH /webhooks/:application/:token/messages/:message').at(-1).body,

  seen: (who) => seen.get(who),

  /** Throws where something was sent that Discord would not take. */
  async close() {
    for (const { discord } of discords.values()) await discord.close();
  },
});
