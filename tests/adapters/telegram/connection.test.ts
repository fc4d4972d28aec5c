import { describe, expect, it, vi } from 'vitest';
import type { Log, LogFields } from '../../../src/core/values/log.ts';
import { aBot, aServer, startBot, webhook } from './bot.ts';

function aLog() {
  const lines: { event: string; fields: LogFields | undefined }[] = [];
  const keep = (event: string, fields?: LogFields) => void lines.push({ event, fields });
  return { log: { info: keep, warn: keep, error: keep } satisfies Log, lines };
}

const first = /1 check-in in a row/;

describe('polling', () => {
  it.each([
    ['cannot be reached', { kind: 'reset-before' }],
    ['fails', { kind: 'status', status: 503 }],
    ['asks to wait', { kind: 'rate-limit', retryAfterSeconds: 1 }],
    ['is spoken for by a proxy', { kind: 'status', status: 200 }],
  ] as const)('is tried again while Telegram %s, from its first request on', { timeout: 20_000 }, async (_, fault) => {
    const server = await aServer({ answerWithinMs: 15_000 });
    for (const method of ['getMe', 'deleteWebhook']) server.fault(method, fault, 2);
    const { newcomer } = await aBot({ server });
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
  });

  it('goes on after Telegram was away, and what was asked meanwhile is answered', { timeout: 20_000 }, async () => {
    const { server, newcomer } = await aBot({ answerWithinMs: 15_000 });
    server.fault('getUpdates', { kind: 'status', status: 502 }, 1);
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
    expect((await newcomer.alone.says('/progress')).text).toContain('1 check-in in all');
  });

  it('is known to be away, and to be back', { timeout: 20_000 }, async () => {
    const server = await aServer({ answerWithinMs: 15_000 });
    const { platform, newcomer } = await aBot({ server });
    expect(platform.connected()).toBe(true);
    await server.until('a poll', () => server.updates.connected);
    // Polling begins anew with deleteWebhook, so it stays away for as long as that fails.
    server.fault('deleteWebhook', { kind: 'status', status: 502 }, 3);
    server.updates.conflict();
    await vi.waitFor(() => expect(platform.connected()).toBe(false));
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
    expect(platform.connected()).toBe(true);
  });

  it('takes a connection that says nothing for dead, and makes another', async () => {
    const { server, newcomer } = await aBot({ pollWithinMs: 200 });
    const before = server.updates.polls;
    await server.until('more polls', () => server.updates.polls >= before + 3);
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
  });

  it('hears others while something takes long, and confirms to Telegram only what is done', async () => {
    const { server, newcomer, owner } = await aBot();
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.fault('sendMessage', { kind: 'slow', until });
    const slow = newcomer.alone.tells('/checkin');
    await newcomer.alone.looks().until(first);
    for (const line of ['/checkin', '/progress', '/sos']) await owner.alone.says(line);
    expect(slow?.acknowledgedAt).toBeNull();
    letGo();
    await server.until('it to be confirmed', () => slow?.acknowledgedAt !== null);
  });

  it('confirms after five seconds what is not done by then: it must not come again for ever', {
    timeout: 20_000,
  }, async () => {
    const { server, newcomer, owner } = await aBot({ answerWithinMs: 10_000 });
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.fault('sendMessage', { kind: 'slow', until });
    const slow = newcomer.alone.tells('/checkin');
    await server.until('it to be confirmed', () => slow?.acknowledgedAt !== null);
    expect((slow?.acknowledgedAt ?? 0) - (slow?.dispatchedAt ?? 0)).toBeGreaterThanOrEqual(4_900);
    expect((await owner.alone.says('/checkin')).text).toMatch(first);
    letGo();
  });

  it('hears what is new beside a hundred that are not done', async () => {
    const { server, owner } = await aBot();
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.fault('sendMessage', { kind: 'slow', until }, 120);
    for (let i = 0; i < 120; i += 1) server.user(`one of many ${i}`).alone.tells('/checkin');
    await server.until('all of them', () => server.requestsOf('sendMessage').length >= 120);
    expect((await owner.alone.says('/sos')).text).toContain('112');
    letGo();
  });

  it('hears what comes after a quiet week, when Telegram goes on from any number', async () => {
    const { server, newcomer } = await aBot();
    await server.until('a poll', () => server.updates.connected);
    server.updates.goOnFrom(7);
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
    expect((await newcomer.alone.says('/progress')).text).toContain('1 check-in in all');
    await server.until('all to be confirmed', () => server.updates.all.every((one) => one.acknowledgedAt !== null));
  });

  it('says so where another process polls for the same bot, and goes on when that has ended', async () => {
    const { log, lines } = aLog();
    const { server, newcomer } = await aBot({ log });
    await server.until('a poll', () => server.updates.connected);
    server.updates.conflict();
    await server.until('another poll', () => server.updates.connected);
    expect(lines.map(({ event }) => event)).toContainEqual(
      expect.stringMatching(/^another process polls for this bot/),
    );
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
  });

  it('takes over from a webhook that was set before', async () => {
    const server = await aServer();
    server.updates.setWebhook({ url: webhook.url });
    const { newcomer } = await aBot({ server });
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
  });

  it.each([401, 404])('ends this platform with a sentence where the token is not accepted (%d)', async (code) => {
    const server = await aServer();
    server.fault('getMe', { kind: 'error', code, description: 'Unauthorized' }, 100);
    const { platform } = await startBot({ server });
    await expect(platform.ended).rejects.toThrow(/^Telegram: the token in TELEGRAM_BOT_TOKEN .* @BotFather/);
    await expect(platform.ended).rejects.not.toThrow(server.token);
  });

  it('ends this platform with a sentence where the token is taken back later', async () => {
    const { server, platform } = await aBot({ pollWithinMs: 200 });
    server.fault('getUpdates', { kind: 'error', code: 401, description: 'Unauthorized' }, 100);
    await expect(platform.ended).rejects.toThrow('Telegram: the token in TELEGRAM_BOT_TOKEN');
  });

  it('is not ended by an update that cannot be read', async () => {
    const { log, lines } = aLog();
    const { server, newcomer } = await aBot({ log });
    server.updates.tell({ message: { text: '/checkin' } });
    server.updates.tell({ something_new: {} });
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
    expect(lines.map(({ event }) => event)).toContain('an update could not be read');
  });

  it('stops at once, and what it has seen is not told again to whoever polls then', async () => {
    const { server, newcomer, platform, store } = await aBot();
    await newcomer.alone.says('/checkin');
    await platform.stop();
    await platform.ended;
    const told = server.updates.all.filter(({ acknowledgedAt }) => acknowledgedAt === null);
    expect(told).toEqual([]);
    newcomer.alone.tells('/progress');
    await startBot({ server, store });
    await newcomer.alone.looks().until('1 check-in in all');
  });

  it('stops while Telegram cannot be reached', async () => {
    const server = await aServer();
    server.fault('getMe', { kind: 'reset-before' }, 1_000);
    const { platform } = await startBot({ server });
    await server.until('a try', () => server.requestsOf('getMe').length > 1);
    await platform.stop();
    await platform.ended;
  });
});

describe('a webhook', () => {
  const call = (url: string, path: string, headers: Record<string, string>, body = '{"update_id":1}') =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const header = 'x-telegram-bot-api-secret-token';

  it('is refused where the secret is another one, or none, or the address is', async () => {
    const { server, url, newcomer, store } = await aBot({ way: 'webhook' });
    const forged = {
      update_id: 1,
      message: {
        message_id: 1,
        date: 1,
        chat: { id: Number(newcomer.id), type: 'private' },
        from: { id: 1 },
        text: '/checkin',
      },
    };
    const body = JSON.stringify({ ...forged, message: { ...forged.message, from: { id: Number(newcomer.id) } } });
    const before = server.requestsOf('sendMessage').length;
    for (const [path, headers] of [
      ['/telegram', { [header]: 'another-secret-of-tests' }],
      ['/telegram', { [header]: `${webhook.secret}x` }],
      ['/telegram', { [header]: '' }],
      ['/telegram', {}],
      ['/telegram/', { [header]: webhook.secret }],
      ['/telegram?x=1', { [header]: webhook.secret }],
    ] as const) {
      expect((await call(url, path, headers, body)).status).toBe(403);
    }
    expect((await fetch(`${url}/telegram`, { headers: { [header]: webhook.secret } })).status).toBe(403);
    expect((await call(url, '/elsewhere', { [header]: webhook.secret }, body)).status).toBe(404);
    expect(server.requestsOf('sendMessage')).toHaveLength(before);
    expect(await store.members.find({ platform: 'telegram', key: newcomer.id })).toBeNull();
    expect((await call(url, '/telegram', { [header]: webhook.secret }, body)).status).toBe(200);
    await newcomer.alone.looks().until(first);
  });

  it('takes what cannot be read as such, and goes on', async () => {
    const { url, newcomer } = await aBot({ way: 'webhook' });
    expect((await call(url, '/telegram', { [header]: webhook.secret }, 'no JSON')).status).toBe(415);
    for (const body of ['{}', 'null', '[]', '3'])
      expect((await call(url, '/telegram', { [header]: webhook.secret }, body)).status).toBe(200);
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
  });

  it('takes nothing more once the bot stops: Telegram tells of it again', async () => {
    const { server, newcomer, platform, store } = await aBot({ way: 'webhook' });
    await platform.stop();
    const told = newcomer.alone.tells('/checkin');
    await server.until('a refusal', () => told?.status === 503);
    await startBot({ server, store, way: 'webhook' });
    await newcomer.alone.looks().until(first);
  });

  it('is registered with its secret, and tried again while Telegram cannot be reached', async () => {
    const server = await aServer({ answerWithinMs: 15_000 });
    server.fault('setWebhook', { kind: 'status', status: 502 }, 2);
    const { newcomer, platform } = await aBot({ server, way: 'webhook' });
    expect(server.updates.webhook).toEqual(webhook);
    expect((await newcomer.alone.says('/checkin')).text).toMatch(first);
    expect(platform.connected()).toBe(true);
  });

  it('may lead to any of several processes: a form that one began is answered by another', async () => {
    const { server, newcomer, store } = await aBot({ way: 'webhook' });
    await newcomer.alone.says('/settings keep:yes');
    await (await newcomer.alone.says('/checkin')).press('Say more about today');
    await startBot({ server, store, way: 'webhook' });
    expect((await newcomer.alone.says('2')).text).toContain('Craving (2 of 5)');
  });

  it('that Telegram does not take ends this platform with a sentence', async () => {
    const server = await aServer();
    const description = 'Bad Request: bad webhook: IP address 192.168.0.1 is reserved';
    server.fault('setWebhook', { kind: 'error', code: 400, description }, 100);
    const { platform } = await startBot({ server, way: 'webhook' });
    await expect(platform.ended).rejects.toThrow(/^Telegram does not take the webhook .* is reserved/);
  });

  it('takes an update once, however often Telegram tells of it, and says that it was heard when it is done', async () => {
    const { server, newcomer, platform } = await aBot({ way: 'webhook' });
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.fault('sendMessage', { kind: 'slow', until });
    const delivery = newcomer.alone.tells('/checkin');
    if (delivery === null) throw new Error('Nothing was told');
    const again = server.updates.tellAgain(delivery);
    await newcomer.alone.looks().until(first);
    expect(delivery.status).toBeNull();
    letGo();
    await again;
    await server.updates.tellAgain(delivery);
    expect(delivery.status).toBe(200);
    await platform.stop();
    expect(newcomer.alone.looks().messages).toHaveLength(1);
  });
});
