import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/conversation/store.ts';
import { awayWhen, slowed } from '../../support/troubled-stores.ts';
import { aBot, aStorage } from './bot.ts';

/** How many check-ins are kept. */
async function kept({ store, team, newcomer }: { store: Store; team: { id: string }; newcomer: { id: string } }) {
  const account = await store.members.find({ platform: 'slack', key: `${team.id}/${newcomer.id}` });
  return account === null ? 0 : (await store.checkIns.history(account.member.id, 'whole')).days.length;
}

const once = /1 check-in in a row/;

describe('whatever happens on the way', () => {
  it.each([
    ['the answer does not arrive', 'response_url', { kind: 'reset-before' }, 3],
    ['Slack fails at the answer', 'response_url', { kind: 'status', status: 503 }, 3],
    ['Slack does not say who asks', 'users.info', { kind: 'error', error: 'internal_error' }, 9],
    ['Slack is slow to say who asks', 'users.info', { kind: 'rate-limit', retryAfterSeconds: 30 }, 9],
  ] as const)('a check-in is kept once and seen once: %s', { timeout: 20_000 }, async (_, on, fault, times) => {
    const bot = await aBot({ answerWithinMs: 15_000 });
    const { server, newcomer, general } = bot;
    server.fault(on, fault, times);
    await (await newcomer.in(general).slash('checkin mood:3')).until(once);
    expect(newcomer.in(general).looks().messages).toHaveLength(1);
    expect(await kept(bot)).toBe(1);
    expect(server.publiclySeen(general)).toBe('');
  });

  it.each([
    ['does not arrive', { kind: 'reset-before' }],
    ['is refused for now', { kind: 'error', error: 'service_unavailable' }],
  ] as const)('in the private chat, an answer that %s comes all the same', async (_, fault) => {
    const bot = await aBot({ answerWithinMs: 15_000 });
    bot.server.fault('chat.postMessage', fault, 2);
    expect((await bot.newcomer.alone.slash('checkin')).text).toMatch(once);
    expect(await kept(bot)).toBe(1);
  });

  it('help comes to the private chat where it cannot be shown in the channel, and the other way round', async () => {
    const { server, newcomer, general } = await aBot();
    server.fault('response_url', { kind: 'error', error: 'expired_url' }, 1);
    newcomer
      .in(general)
      .slash('sos')
      .catch(() => {});
    await newcomer.alone.looks().until('112 or 911');
    server.fault('chat.postMessage', { kind: 'error', error: 'messages_tab_disabled' }, 1);
    expect((await newcomer.in(general).slash('sos Ireland')).text).toContain('116 123');
    expect(server.publiclySeen(general)).toBe('');
  });

  it('an answer waits as long as Slack asks to, where it is shown and in the private chat', {
    timeout: 20_000,
  }, async () => {
    const { server, newcomer, general } = await aBot({ answerWithinMs: 10_000 });
    server.fault('response_url', { kind: 'rate-limit', retryAfterSeconds: 1 }, 1);
    server.fault('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 1 }, 1);
    expect((await newcomer.in(general).slash('sos')).text).toContain('112 or 911');
    await newcomer.alone.looks().until('112 or 911');
  });

  it('an answer that cannot be shown undoes nothing', async () => {
    const bot = await aBot({ answerWithinMs: 300 });
    bot.server.fault('response_url', { kind: 'error', error: 'expired_url' }, 1);
    await bot.newcomer
      .in(bot.general)
      .slash('checkin')
      .catch(() => {});
    await bot.platform.stop();
    expect(await kept(bot)).toBe(1);
  });

  it('a command that Slack tells of twice is done once', async () => {
    const bot = await aBot();
    const { server, newcomer } = bot;
    const first = await newcomer.alone.slash('checkin');
    if (first.delivery === null) throw new Error('Nothing was told');
    const again = server.tellAgain(first.delivery);
    await server.until('its acknowledgement', () => again.acknowledgedAt !== null);
    await newcomer.alone.slash('progress');
    expect(newcomer.alone.looks().messages).toHaveLength(2);
  });

  it('a double tap does it once, and both are answered the same', async () => {
    const bot = await aBot();
    const menu = await bot.newcomer.dm('hello');
    const both = await Promise.all([menu.press('Check in'), menu.press('Check in')]);
    for (const seen of both) expect(seen.text).toMatch(once);
    expect(await kept(bot)).toBe(1);
  });

  it('a form whose trigger is too old says so, and its button opens it', async () => {
    const { server, newcomer, general } = await aBot();
    server.fault('views.open', { kind: 'error', error: 'expired_trigger_id' }, 1);
    const settings = await newcomer.in(general).slash('settings');
    const late = await settings.press('Change zone, day end, country, words');
    expect(late.text).toContain('That took longer than a form may wait');
    expect((await late.press('Your settings')).modal.fields).toContain('Time zone');
  });

  it('a form that Slack cannot be kept waiting for is closed, and its answer comes after', async () => {
    const { store } = await aStorage();
    const { newcomer, general } = await aBot({ store: slowed(store, () => 300), formWithinMs: 50 });
    const form = await (await newcomer.in(general).slash('settings')).press('Change zone, day end, country, words');
    expect((await form.modal.submit({ Country: 'IE' })).text).toContain('Ireland');
  });

  it('while the database is away help is there at once, and what was read stays as it was', async () => {
    const { store } = await aStorage();
    let away = false;
    const { newcomer, general } = await aBot({ store: awayWhen(store, () => away) });
    const first = await newcomer.alone.slash('checkin');
    away = true;
    expect((await newcomer.in(general).slash('sos')).text).toContain('112 or 911');
    const pressed = await first.press('Yes, keep it');
    await pressed.until("I can't reach my records right now");
    expect(first.text).toMatch(once);
  });

  it('where Slack will not take an answer, the way to a person is shown', async () => {
    const { server, newcomer, general } = await aBot();
    server.fault('response_url', { kind: 'error', error: 'invalid_blocks' }, 1);
    const seen = await newcomer.in(general).slash('checkin');
    expect(seen.buttons).toContain('A person');
    expect(server.publiclySeen(general)).toBe('');
  });
});

describe('a bot that is to stop', () => {
  it('gives up an answer that cannot be shown in time: within ten seconds, and what was asked is kept', async () => {
    const bot = await aBot();
    const { server, newcomer, general } = bot;
    server.fault('response_url', { kind: 'status', status: 503 }, 1_000);
    void newcomer
      .in(general)
      .slash('checkin mood:3')
      .catch(() => {});
    await server.until('the third try', () => server.requestsOf('response_url').length >= 3);
    const begun = performance.now();
    await bot.platform.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(await kept(bot)).toBe(1);
  });

  it('shows an answer that is tried again as soon as it can be shown', async () => {
    const bot = await aBot({ answerWithinMs: 15_000 });
    const { server, newcomer, general } = bot;
    server.fault('response_url', { kind: 'status', status: 503 }, 3);
    const seen = newcomer.in(general).slash('checkin mood:3');
    await server.until('the second try', () => server.requestsOf('response_url').length >= 2);
    await bot.platform.stop();
    await (await seen).until(once);
  });
});
