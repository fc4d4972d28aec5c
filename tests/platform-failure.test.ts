import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { DiscordServer } from './platforms/discord-server.ts';
import { nothingLeavesLoopback } from './platforms/loopback-guard.ts';
import { main, programs, said } from './support/program.ts';

nothingLeavesLoopback();
const { launch } = programs();

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A Telegram that answers every call like this. */
async function telegramThat(answers: RequestListener): Promise<Record<string, string>> {
  const port = await listening(createServer(answers));
  return { TELEGRAM_BOT_TOKEN: '1:token', TELEGRAM_API_ROOT: `http://127.0.0.1:${port}` };
}

/** A Discord whose only fault may be what else runs beside it. */
async function aDiscord() {
  const discord = await DiscordServer.start({ answerWithinMs: 20_000 });
  open.push(discord);
  const general = discord.guild('Harbor').channel('general');
  return { discord, general, env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl } };
}

const json = { 'content-type': 'application/json' };
const nobody = JSON.stringify({ ok: true, result: null });
const notAccepted = JSON.stringify({ ok: false, error_code: 401, description: 'Unauthorized' });

/** Telegram tells nobody's name when `fails` is called: a bug of ours comes of it. */
async function failingTelegram() {
  let fails = (): void => {};
  const until = new Promise<void>((resolve) => {
    fails = resolve;
  });
  const env = await telegramThat((_, response) => void until.then(() => response.writeHead(200, json).end(nobody)));
  return { env, fails };
}

describe('a platform that fails with a bug', () => {
  it('ends the program with 70: the others are stopped, and the log says where it was', async () => {
    const { discord, env } = await aDiscord();
    const telegram = await failingTelegram();
    const bot = launch([main], { ...env, ...telegram.env });
    const err = text(bot.stderr);
    await discord.until('the commands', () => discord.commands.length > 0);
    telegram.fails();
    expect(await once(bot, 'exit')).toEqual([70, null]);
    await discord.until('the end', () => discord.gateway.connected === 0);
    expect(await err).toMatch(/"level":50.*"platform":"telegram".*"name":"TypeError".*"frames":\["at /);
    expect(await err, 'no raw stack').not.toMatch(/^\s+at /m);
  });

  it('still finishes what was begun elsewhere, also when SIGTERM comes meanwhile', async () => {
    const { discord, general, env } = await aDiscord();
    const telegram = await failingTelegram();
    const bot = launch([main], { ...env, ...telegram.env, LOG_LEVEL: 'info' });
    await discord.until('the commands', () => discord.commands.length > 0);
    let release = (): void => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    discord.fault('POST /interactions/*/*/callback', { kind: 'slow', until }, 1);
    const seen = discord.user('newcomer').in(general).slash('checkin', { mood: 4 });
    await discord.until(
      'the acknowledgement',
      () => discord.requestsOf('POST /interactions/:interaction/:token/callback').length > 0,
    );
    const failed = said(bot, /"level":50/);
    telegram.fails();
    await failed;
    bot.kill('SIGTERM');
    release();
    expect(await once(bot, 'exit')).toEqual([70, null]);
    expect((await seen).text).toContain('1 check-in in a row');
  });
});

describe('a platform that is refused for good', () => {
  it('leaves the others alone: the bot stays ready for them, and /readyz says which has ended', async () => {
    const { discord, env } = await aDiscord();
    const refused = await telegramThat((_, response) => response.writeHead(401, json).end(notAccepted));
    const bot = launch([main], { ...env, ...refused, PORT: '0', LOG_LEVEL: 'info' });
    const sentence = said(bot, /Telegram: the token in TELEGRAM_BOT_TOKEN/);
    const [, port] = await said(bot, /"port":(\d+)/);
    await sentence;
    await discord.until('the commands', () => discord.commands.length > 0);
    const get = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(async (r) => [r.status, await r.text()]);
    const readiness = 'ready\ndiscord: connected\ntelegram: not connected, and has ended\n';
    expect(await get('/readyz')).toEqual([200, readiness]);
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    bot.kill('SIGTERM');
    expect(await once(bot, 'exit')).toEqual([0, null]);
  });
});

describe('SIGTERM', () => {
  it('ends the program also while it starts, and the database has not answered yet', async () => {
    const database = createTcpServer(() => {});
    const port = await listening(database);
    const { env } = await aDiscord();
    const bot = launch([main], {
      ...env,
      DATABASE_URL: `postgres://handrail:secret@127.0.0.1:${port}/handrail`,
    });
    const err = text(bot.stderr);
    await once(database, 'connection');
    bot.kill('SIGTERM');
    const [code, signal] = await once(bot, 'exit');
    expect({ signal, code, err: await err }).toMatchObject({ signal: null });
    expect([0, 75]).toContain(code);
  });
});

/** An error from somewhere that nobody watches, as a platform's library may have one: its message is a member's words. */
const stray = (thrown: string) => `data:text/javascript,process.on("SIGHUP",()=>{${thrown}})`;

/** Its whole word is nowhere in the address of its code, which its frames name. */
const canary = 'new TypeError(["can", "ary"].join(""))';

describe('an error that nobody watches', () => {
  it('is logged without its message where it is a rejection, and the bot goes on', async () => {
    const bot = launch(['--import', stray(`Promise.reject(${canary})`), main], {
      PORT: '0',
      LOG_LEVEL: 'info',
    });
    const err = text(bot.stderr);
    const [, port] = await said(bot, /"port":(\d+)/);
    const logged = said(bot, /"level":50.*"TypeError"/);
    bot.kill('SIGHUP');
    await logged;
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    bot.kill('SIGTERM');
    expect(await once(bot, 'exit')).toEqual([0, null]);
    expect(await err).not.toContain('canary');
  });

  it('ends the program with 70 where it is an exception: logged without its message, and drained', async () => {
    const { discord, env } = await aDiscord();
    const bot = launch(['--import', stray(`throw ${canary}`), main], env);
    const err = text(bot.stderr);
    await discord.until('the commands', () => discord.commands.length > 0);
    bot.kill('SIGHUP');
    expect(await once(bot, 'exit')).toEqual([70, null]);
    await discord.until('the end', () => discord.gateway.connected === 0);
    expect(await err).toMatch(/"level":50.*"name":"TypeError".*"frames":\["at /);
    expect(await err).not.toContain('canary');
  });
});
