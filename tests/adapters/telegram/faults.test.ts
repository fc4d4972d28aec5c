import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/conversation/store.ts';
import { awayWhen } from '../../support/troubled-stores.ts';
import { aBot, aStorage } from './bot.ts';

/** How many check-ins are kept. */
async function kept({ store, newcomer }: { store: Store; newcomer: { id: string } }) {
  const account = await store.members.find({ platform: 'telegram', key: newcomer.id });
  return account === null ? 0 : (await store.checkIns.history(account.member.id, 'whole')).days.length;
}

const once = /1 check-in in a row/;

describe('whatever happens on the way', () => {
  it.each([
    ['does not arrive', { kind: 'reset-before' }, 3],
    ['is lost on Telegram’s side', { kind: 'status', status: 502 }, 3],
    ['has to wait', { kind: 'rate-limit', retryAfterSeconds: 1 }, 2],
  ] as const)(
    'a check-in is kept once and seen once, though its answer %s',
    { timeout: 20_000 },
    async (_, fault, times) => {
      const bot = await aBot({ answerWithinMs: 15_000 });
      const { server, newcomer, harbor } = bot;
      server.fault('sendMessage', fault, times);
      await (await newcomer.alone.says('/checkin mood:3')).until(once);
      expect(newcomer.alone.looks().messages).toHaveLength(1);
      expect(await kept(bot)).toBe(1);
      expect(server.publiclySeen(harbor)).toBe('');
    },
  );

  it('a press whose answer is broken off after it was done changes its message once', async () => {
    const bot = await aBot();
    const { server, newcomer } = bot;
    const seen = await newcomer.alone.says('/checkin');
    server.fault('editMessageText', { kind: 'reset-after' });
    server.fault('answerCallbackQuery', { kind: 'reset-after' });
    await (await seen.press('Yes, keep it')).until('From now on I keep');
    await server.until('the second try', () => server.requestsOf('editMessageText').length === 2);
    expect(newcomer.alone.looks().messages).toHaveLength(1);
  });

  it('an answer that cannot be shown undoes nothing', async () => {
    const bot = await aBot();
    const { server, newcomer, platform } = bot;
    server.fault('sendMessage', { kind: 'error', code: 403, description: 'Forbidden: bot was blocked by the user' });
    const before = server.requestsOf('sendMessage').length;
    newcomer.alone.tells('/checkin');
    await server.until('the try', () => server.requestsOf('sendMessage').length > before);
    await platform.stop();
    expect(await kept(bot)).toBe(1);
    expect(newcomer.alone.looks().messages).toEqual([]);
  });

  it('a double tap does it once, and each press is answered', async () => {
    const bot = await aBot();
    const menu = await bot.newcomer.alone.says('hello');
    const both = await Promise.all([menu.press('Check in'), menu.press('Check in')]);
    for (const seen of both) expect(seen.text).toMatch(/check-in in a row/);
    expect(await kept(bot)).toBe(1);
    await bot.server.until('each press to be answered', () => bot.server.unanswered === 0);
  });

  it('a button of a message that is gone, or too old to be changed, is answered below', async () => {
    const { server, newcomer } = await aBot();
    const seen = await newcomer.alone.says('/checkin');
    const gone = { kind: 'error', code: 400, description: 'Bad Request: message to edit not found' } as const;
    server.fault('editMessageText', gone);
    expect((await seen.press('Yes, keep it')).text).toContain('From now on I keep');
  });

  it('a forged button does nothing, and is answered with the ways to help', async () => {
    const { server, newcomer, store } = await aBot();
    const from = { id: Number(newcomer.id), is_bot: false, language_code: 'en' };
    const message = { message_id: 1, date: 0, chat: { id: Number(newcomer.id), type: 'private' } };
    for (const data of ['com.managers', 'set.flag:keep:maybe', '%%%', '', 'x'.repeat(64)])
      server.updates.tell({ callback_query: { id: `forged ${data}`, from, chat_instance: '1', data, message } });
    await newcomer.alone.looks().until(/from an earlier time.*from an earlier time/s);
    const account = await store.members.find({ platform: 'telegram', key: newcomer.id });
    expect(account?.member.keepsDetails ?? null).toBeNull();
  });

  it('while the database is away help is there at once, and what was read stays as it was', async () => {
    const { store } = await aStorage();
    let away = false;
    const { newcomer, harbor, server } = await aBot({ store: awayWhen(store, () => away) });
    const first = await newcomer.alone.says('/checkin');
    away = true;
    expect((await newcomer.alone.says('/sos')).text).toContain('112 or 911');
    await (await newcomer.in(harbor).says('/sos')).until('112 or 911');
    await server.until('numbers for all', () => server.publiclySeen(harbor).includes('112 or 911'));
    const pressed = await first.press('Yes, keep it');
    await pressed.until("I can't reach my records right now");
    expect(first.text).toMatch(once);
  });

  it('where Telegram will not take an answer, the way to a person is shown', async () => {
    const { server, newcomer } = await aBot();
    server.fault('sendMessage', { kind: 'error', code: 400, description: 'Bad Request: BUTTON_DATA_INVALID' });
    expect((await newcomer.alone.says('/checkin')).buttons).toContain('A person');
  });

  it('in a group that does not let the bot write, the answer is in the private chat all the same', async () => {
    const { newcomer, harbor, server } = await aBot();
    harbor.botWrites = false;
    newcomer.in(harbor).tells('/checkin');
    await newcomer.alone.looks().until(once);
    newcomer.in(harbor).tells('/sos');
    await newcomer.alone.looks().until('112 or 911');
    expect(server.publiclySeen(harbor)).toBe('');
  });
});
