import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nothingLeavesLoopback } from './loopback-guard.ts';
import { specIsThere } from './telegram/spec.ts';
import { TelegramServer } from './telegram-server.ts';

nothingLeavesLoopback();

let server: TelegramServer;
beforeEach(async () => {
  server = await TelegramServer.start();
});
afterEach(() => server.close());

interface Answer {
  readonly ok: boolean;
  readonly error_code?: number;
  readonly description?: string;
  readonly result?: unknown;
}

async function call(method: string, body: object = {}, token = server.token): Promise<Answer> {
  const response = await fetch(`${server.apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

const idsOf = ({ result }: Answer) => (result as readonly { update_id: number }[]).map(({ update_id: id }) => id);

describe('Telegram on loopback', () => {
  it('knows its bot by the token alone', async () => {
    expect(await call('getMe')).toMatchObject({ ok: true, result: { username: 'handrail_bot' } });
    expect(await call('getMe', {}, '1:another')).toMatchObject({ ok: false, error_code: 401 });
  });

  it('lets a poll wait until there is news, and tells it again until it is confirmed', async () => {
    const waiting = call('getUpdates', { timeout: 50 });
    await server.until('a poll', () => server.updates.connected);
    const { update_id: id } = server.updates.tell({ message: {} }).update;
    expect(idsOf(await waiting)).toEqual([id]);
    expect(idsOf(await call('getUpdates', { offset: id }))).toEqual([id]);
    expect(idsOf(await call('getUpdates', { offset: id + 1 }))).toEqual([]);
  });

  it('ends a poll with a conflict where another begins, or a webhook is set', async () => {
    const first = call('getUpdates', { timeout: 50 });
    await server.until('a poll', () => server.updates.connected);
    const second = call('getUpdates', { timeout: 50 });
    expect(await first).toMatchObject({ error_code: 409 });
    server.updates.tell({ message: {} });
    expect((await second).ok).toBe(true);
    await call('setWebhook', { url: 'https://bot.example.org/telegram' });
    expect(await call('getUpdates')).toMatchObject({ error_code: 409 });
  });

  it('lets nobody write to someone who never wrote first, or has blocked the bot', async () => {
    const amy = server.user('amy');
    const message = { chat_id: amy.id, text: 'Hello', parse_mode: 'HTML' };
    expect(await call('sendMessage', message)).toMatchObject({
      error_code: 403,
      description: expect.stringContaining('initiate') as string,
    });
    amy.alone.tells('/start');
    expect((await call('sendMessage', message)).ok).toBe(true);
    amy.blocks();
    expect(await call('sendMessage', message)).toMatchObject({
      error_code: 403,
      description: expect.stringContaining('blocked') as string,
    });
  });

  it('takes nothing over its limits, and fails the test that did not expect that', async () => {
    const amy = server.user('amy');
    amy.alone.tells('/start');
    await call('sendMessage', { chat_id: amy.id, text: 'x'.repeat(4_097), parse_mode: 'HTML' });
    await call('sendMessage', { chat_id: amy.id, text: '<b>open', parse_mode: 'HTML' });
    expect(server.takeViolations()).toEqual([
      'sendMessage: message is too long: 4097',
      expect.stringContaining("can't parse entities"),
    ]);
    await call('setWebhook', { url: 'http://bot.example.org/telegram' });
    expect(server.takeViolations()).toEqual([expect.stringContaining('An HTTPS URL must be provided')]);
  });

  it.skipIf(!specIsThere)(
    'has the machine-readable description of the Bot API say its part (skipped where HANDRAIL_SPECS has no copy of it)',
    async () => {
      const amy = server.user('amy');
      amy.alone.tells('/start');
      await call('sendMessage', { chat_id: amy.id, text: 'x', parse_mode: 'HTML', silently: true });
      await call('getChatMember', { chat_id: 'x' });
      expect(server.takeViolations()).toEqual([
        'sendMessage: by the description: an unknown silently',
        'getChatMember: by the description: no user_id',
      ]);
    },
  );
});
