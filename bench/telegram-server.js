// Telegram on loopback, in a process of its own: one for each contender, and the people who use it. Here is measured.
import { historyDays, memberCount } from './checkin-requests.js';
import { setDay } from './day-clock.js';
import { timed } from './rounds.js';
import { about, serve } from './worker.js';

const { TelegramServer } = await import(about.module);
const telegrams = new Map();
/** By contender: every answer that was seen, without its numbers, and how often. */
const seen = new Map();

// Telegram tells when a message was written.
setDay(-historyDays);

await serve({
  async open(who) {
    const telegram = await TelegramServer.start();
    const harbor = telegram.group('Harbor');
    const people = Array.from({ length: memberCount }, (_, member) => telegram.user(`member-${member}`));
    telegrams.set(who, { telegram, people });
    seen.set(who, new Map());
    return {
      settings: { apiRoot: telegram.apiRoot, token: telegram.token },
      people: {
        community: { platform: 'telegram', key: String(harbor.id) },
        accounts: people.map(({ id }) => ({ platform: 'telegram', key: id })),
      },
    };
  },

  async ready(who) {
    const { telegram } = telegrams.get(who);
    await telegram.until('a poll', () => telegram.updates.connected);
  },

  /** From what the bot is told until its words are there. */
  async checkIns(who, checkIns, atOnce) {
    const { telegram, people } = telegrams.get(who);
    const eachMs = [];
    gc();
    const { allMs } = await timed(checkIns, atOnce, async ({ member, pass }) => {
      setDay(pass);
      const { delivery, text } = await people[member].alone.says('/checkin mood:4');
      eachMs.push(delivery.answeredAt - delivery.dispatchedAt);
      const said = text.replaceAll(/\d+/g, '#');
      seen.get(who).set(said, (seen.get(who).get(said) ?? 0) + 1);
    });
    // The next poll confirms the last of them, so that nothing of it is told again.
    await telegram.until('a poll', () => telegram.updates.connected);
    telegrams.get(who).lastSent = telegram.requestsOf('sendMessage').at(-1).body;
    telegram.forget();
    return { eachMs, allMs };
  },

  /** The last answer, as it was sent. */
  answer(who) {
    const { chat_id: _, ...answer } = telegrams.get(who).lastSent;
    return answer;
  },

  seen: (who) => seen.get(who),

  /** Throws where something was sent that Telegram would not take. */
  async close() {
    for (const { telegram } of telegrams.values()) await telegram.close();
  },
});
