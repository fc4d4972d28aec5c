// Slack on loopback, in a process of its own: one for each contender, and the people who use it. Here is measured.
import { historyDays, memberCount } from './checkin-requests.js';
import { setDay } from './day-clock.js';
import { timed } from './rounds.js';
import { about, serve } from './worker.js';

const { SlackServer } = await import(about.module);
const slacks = new Map();
/** By contender: every answer that was seen, without its numbers, and how often. */
const seen = new Map();

// Slack tells when a message was written.
setDay(-historyDays);

await serve({
  async open(who) {
    const slack = await SlackServer.start();
    const team = slack.team('Loopback');
    const people = Array.from({ length: memberCount }, (_, member) => slack.user(`member-${member}`));
    slacks.set(who, { slack, people });
    seen.set(who, new Map());
    return {
      settings: { apiUrl: slack.apiUrl, botToken: slack.botToken, appToken: slack.appToken },
      people: {
        community: { platform: 'slack', key: team.id },
        accounts: people.map(({ id }) => ({ platform: 'slack', key: `${team.id}/${id}` })),
      },
    };
  },

  async ready(who) {
    const { slack } = slacks.get(who);
    await slack.until('a connection', () => slack.sockets.connected > 0);
  },

  /** From what the bot is told until its words are there. */
  async checkIns(who, checkIns, atOnce) {
    const { slack, people } = slacks.get(who);
    const eachMs = [];
    gc();
    const { allMs } = await timed(checkIns, atOnce, async ({ member, pass }) => {
      setDay(pass);
      const { delivery, text } = await people[member].dm('/checkin mood:4');
      eachMs.push(delivery.answeredAt - delivery.dispatchedAt);
      const said = text.replaceAll(/\d+/g, '#');
      seen.get(who).set(said, (seen.get(who).get(said) ?? 0) + 1);
    });
    slack.forget();
    return { eachMs, allMs };
  },

  /** The last answer, as it was sent. */
  answer(who) {
    const { channel: _, ...answer } = slacks.get(who).slack.requestsOf('chat.postMessage').at(-1).body;
    return answer;
  },

  seen: (who) => seen.get(who),

  /** Throws where something was sent that Slack would not take. */
  async close() {
    for (const { slack } of slacks.values()) await slack.close();
  },
});
