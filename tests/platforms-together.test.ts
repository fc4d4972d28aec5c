import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { DiscordServer } from './platforms/discord-server.ts';
import { nothingLeavesLoopback } from './platforms/loopback-guard.ts';
import { SlackServer } from './platforms/slack-server.ts';
import { TelegramServer } from './platforms/telegram-server.ts';
import { main, programs } from './support/program.ts';

nothingLeavesLoopback();
const { launch } = programs();

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** What someone sees on any platform. */
interface Seen {
  readonly text: string;
  press(label: string): Promise<Seen>;
}

/** Three platforms on loopback, each with a newcomer who writes to the bot alone. */
async function threePlatforms() {
  const [discord, slack, telegram] = [
    await DiscordServer.start(),
    await SlackServer.start(),
    await TelegramServer.start(),
  ];
  open.push(discord, slack, telegram);
  discord.guild('Harbor').channel('general');
  slack.team('Loopback').channel('general').invite();
  const [onDiscord, onSlack, onTelegram] = [
    discord.user('newcomer'),
    slack.user('newcomer'),
    telegram.user('newcomer'),
  ];
  return {
    env: {
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_API_URL: slack.apiUrl,
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.apiRoot,
    },
    discord,
    telegram,
    async ready() {
      // After a kill the next session waits its turn, because Discord takes one in five seconds.
      await discord.until('a session', () => discord.gateway.connected > 0);
      await slack.until('a socket', () => slack.sockets.connected > 0);
      await telegram.until('a poll', () => telegram.updates.connected);
    },
    members: [
      { name: 'discord', writes: (words: string): Promise<Seen> => onDiscord.dm(words), sent: () => discord.requests },
      { name: 'slack', writes: (words: string): Promise<Seen> => onSlack.dm(words), sent: () => slack.requests },
      {
        name: 'telegram',
        writes: (words: string): Promise<Seen> => onTelegram.alone.says(words),
        sent: () => telegram.requests,
      },
    ],
  };
}

describe('the three platforms at once, in one process on one database', () => {
  it('have one member each, and nothing of one is seen by another', { timeout: 60_000 }, async () => {
    const { env, members, ready } = await threePlatforms();
    const bot = launch([main], env);
    await ready();
    const canary = (name: string) => `canary-of-${name}`;

    const first = await Promise.all(
      members.map(({ name, writes }, i) => writes(`/checkin mood:${i + 1} note:${canary(name)}`)),
    );
    for (const [i, { name }] of members.entries()) expect(first[i]?.text).toContain(canary(name));
    await Promise.all(first.map((seen) => seen.press('Yes, keep it')));
    await Promise.all(members.map(({ name, writes }) => writes(`/settings words:"words of ${name}"`)));

    for (const { name, writes } of members) {
      expect((await writes('/progress')).text).toContain('1 check-in in all');
      expect((await writes('/settings')).text).toContain(`words of ${name}`);
    }
    for (const { name, sent } of members) {
      const all = JSON.stringify(sent());
      expect(all).toContain(canary(name));
      for (const other of members.filter((one) => one.name !== name)) {
        expect(all).not.toContain(canary(other.name));
        expect(all).not.toContain(`words of ${other.name}`);
      }
    }
    bot.kill('SIGTERM');
    expect(await once(bot, 'exit')).toEqual([0, null]);
  });

  it('an open form on one is answered there, and by nobody elsewhere; it survives a kill -9 in its middle', {
    timeout: 60_000,
  }, async () => {
    const { env, members, ready, telegram, discord } = await threePlatforms();
    const [onDiscord, slack, onTelegram] = members;
    if (onDiscord === undefined || slack === undefined || onTelegram === undefined) throw new Error('Who is missing?');
    const killed = launch([main], env);
    await ready();
    await onTelegram.writes('/settings keep:yes');
    await (await onTelegram.writes('/checkin')).press('Say more about today');
    expect((await onTelegram.writes('2')).text).toContain('Craving (2 of 5)');

    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await telegram.until('the end', () => !telegram.updates.connected);
    await discord.until('the end', () => discord.gateway.connected === 0);
    const bot = launch([main], env);
    await ready();

    for (const { writes } of [onDiscord, slack]) expect((await writes('9')).text).toContain('What would help?');
    expect((await onTelegram.writes('9')).text).toContain('Confidence (3 of 5)');
    for (const words of ['skip', 'skip']) await onTelegram.writes(words);
    expect((await onTelegram.writes('still here')).text).toMatch(/Mood: 2 of 5.*Craving: 9 of 10.*still here/s);
    bot.kill('SIGTERM');
    expect(await once(bot, 'exit')).toEqual([0, null]);
  });
});
