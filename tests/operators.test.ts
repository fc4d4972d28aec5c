import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DiscordServer } from './platforms/discord-server.ts';
import { nothingLeavesLoopback } from './platforms/loopback-guard.ts';
import { TelegramServer } from './platforms/telegram-server.ts';
import { main, programs, said } from './support/program.ts';

nothingLeavesLoopback();
const { launch, path } = programs();

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** The program on Discord and Telegram, both on loopback, and what an operator reads on its port. */
async function onTwoPlatforms() {
  const [discord, telegram] = [await DiscordServer.start(), await TelegramServer.start()];
  open.push(discord, telegram);
  const bot = launch([main], {
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    PORT: '0',
    LOG_LEVEL: 'info',
  });
  const [, port] = await said(bot, /"port":(\d+)/);
  const get = (page: string) => fetch(`http://127.0.0.1:${port}${page}`);
  return {
    discord,
    telegram,
    readyz: async () => {
      const response = await get('/readyz');
      return [response.status, await response.text()];
    },
    metrics: async () => (await get('/metrics')).text(),
  };
}

const eventually = { timeout: 20_000 };
const bothConnected = [200, 'ready\ndiscord: connected\ntelegram: connected\n'];

describe('an operator who asks /readyz', () => {
  it('reads which platform is away; the bot is ready while any is connected, and not ready without', {
    timeout: 60_000,
  }, async () => {
    const { discord, telegram, readyz } = await onTwoPlatforms();
    await vi.waitFor(async () => expect(await readyz()).toEqual(bothConnected), eventually);
    await telegram.until('a poll', () => telegram.updates.connected);

    discord.gateway.refuseConnections(1_000);
    discord.gateway.dropSocket();
    const discordAway = [200, 'ready\ndiscord: not connected\ntelegram: connected\n'];
    await vi.waitFor(async () => expect(await readyz()).toEqual(discordAway), eventually);

    // Polling begins anew with deleteWebhook, so it stays away for as long as that fails.
    telegram.fault('deleteWebhook', { kind: 'status', status: 502 }, 3);
    telegram.updates.conflict();
    const bothAway = [503, 'not ready: no platform is connected\ndiscord: not connected\ntelegram: not connected\n'];
    await vi.waitFor(async () => expect(await readyz()).toEqual(bothAway), eventually);
    await vi.waitFor(async () => expect(await readyz()).toEqual(discordAway), eventually);
  });
});

describe('an operator who reads /metrics', () => {
  it('sees how much is asked where, how long answers take, and what is connected; never who or what', {
    timeout: 60_000,
  }, async () => {
    const { discord, telegram, readyz, metrics } = await onTwoPlatforms();
    await vi.waitFor(async () => expect(await readyz()).toEqual(bothConnected), eventually);
    await discord.until('the commands', () => discord.commands.length > 0);
    const general = discord.guild('Canary harbor').channel('canary-general');
    const onDiscord = discord.user('canary-of-discord');
    const onTelegram = telegram.user('canary-of-telegram');
    const { alone } = onTelegram;
    await onDiscord.in(general).slash('checkin', { mood: 4, note: 'canary of a note' });
    await (await alone.says('/checkin mood:4 note:"canary of a note"')).press('Yes, keep it');
    await alone.says('a canary that is no command');

    const page = await metrics();
    expect(page).toContain('handrail_interactions_total{platform="discord",kind="command"} 1');
    expect(page).toContain('handrail_interactions_total{platform="telegram",kind="command"} 1');
    expect(page).toContain('handrail_interactions_total{platform="telegram",kind="button"} 1');
    expect(page).toContain('handrail_interactions_total{platform="telegram",kind="text"} 1');
    expect(page).toContain('handrail_answer_seconds_count{platform="telegram"} 3');
    expect(page).toMatch(/handrail_answer_seconds_bucket\{le="5",platform="telegram"\} 3/);
    expect(page).toMatch(/handrail_answer_seconds_sum\{platform="telegram"\} 0\.\d/);
    expect(page).toContain('handrail_platform_connected{platform="discord"} 1');
    expect(page).toContain('handrail_database_usable 1');
    expect(page).toMatch(/^handrail_outbox_oldest_due_seconds \d/m);
    expect(page).toContain('process_resident_memory_bytes');
    expect(page).not.toMatch(/canary|checkin|harbor/i);
    const ids = [onDiscord.id, onTelegram.id, general.id];
    expect(ids.filter((id) => page.includes(id))).toEqual([]);

    discord.gateway.refuseConnections(1_000);
    discord.gateway.dropSocket();
    await vi.waitFor(async () => {
      expect(await metrics()).toContain('handrail_platform_connected{platform="discord"} 0');
    }, eventually);
  });

  it('sees that the database cannot be used', async () => {
    writeFileSync(path('data'), 'a file');
    const bot = launch([main], { PORT: '0', LOG_LEVEL: 'info' });
    const [, port] = await said(bot, /"port":(\d+)/);
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const page = await response.text();
    expect(page).toContain('handrail_database_usable 0');
    expect(page).not.toMatch(/^handrail_outbox_oldest_due_seconds/m);
  });
});
