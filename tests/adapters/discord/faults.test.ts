import { describe, expect, it } from 'vitest';
import { isPrivateChat } from '../../../src/adapters/discord/inbound.ts';
import type { Store } from '../../../src/core/conversation/store.ts';
import { awayWhen, slowed } from '../../support/troubled-stores.ts';
import { aBot, aStorage, asRead, startBot } from './bot.ts';

const callbacks = 'POST /interactions/*/*/callback';
const edits = 'PATCH /webhooks/*/*/messages/*';
const followUps = 'POST /webhooks/*/*';

/** How many check-ins are kept, in all and today. */
async function kept(there: { store: Store; newcomer: { id: string } }): Promise<number> {
  const account = await there.store.members.find({ platform: 'discord', key: there.newcomer.id });
  return account === null ? 0 : (await there.store.checkIns.history(account.member.id, 'whole')).days.length;
}

/** A check-in whose answer never comes. Resolves when Discord got what the bot sent to this route. */
async function checksInUnseen(
  { server, newcomer, general }: Awaited<ReturnType<typeof aBot>>,
  route: string,
): Promise<void> {
  newcomer
    .in(general)
    .slash('checkin', { mood: 3 })
    .catch(() => {});
  await server.until('what is refused', () => server.requestsOf(route).length > 0);
}

describe('whatever happens on the way', () => {
  it.each([
    ['the acknowledgement is lost', callbacks, { kind: 'reset-after' }, 2],
    ['the acknowledgement does not arrive', callbacks, { kind: 'reset-before' }, 2],
    ['Discord fails at the acknowledgement', callbacks, { kind: 'status', status: 503 }, 2],
    ['the answer is lost', edits, { kind: 'reset-after' }, 3],
    ['the answer does not arrive', edits, { kind: 'reset-before' }, 3],
    ['Discord fails at the answer', edits, { kind: 'status', status: 500 }, 3],
    ['Discord asks to wait with the answer', edits, { kind: 'rate-limit', retryAfterSeconds: 0.2 }, 1],
  ] as const)('a check-in is kept once and seen once: %s', async (_, route, fault, times) => {
    const bot = await aBot();
    const { server, newcomer, general } = bot;
    server.fault(route, fault, times);
    const seen = await newcomer.in(general).slash('checkin', { mood: 3 });
    await seen.until('1 check-in in a row');
    expect(seen.messages).toHaveLength(1);
    expect(await kept(bot)).toBe(1);
    expect(server.publiclySeen(general)).toBe('');
  });

  it('help comes to the private chat where Discord takes no answer any more', async () => {
    const { server, newcomer, general } = await aBot();
    server.fault(callbacks, { kind: 'status', status: 404, code: 10_062 }, 1);
    newcomer
      .in(general)
      .slash('sos', {})
      .catch(() => {});
    await newcomer.alone.looks().until('Help, now');
    expect(server.publiclySeen(general)).toBe('');
  });

  it('an answer that cannot be shown undoes nothing', async () => {
    const bot = await aBot();
    const { server, newcomer, general } = bot;
    server.fault(edits, { kind: 'status', status: 403, code: 50_013 }, 1);
    await checksInUnseen(bot, 'PATCH /webhooks/:application/:token/messages/:message');
    expect(asRead((await newcomer.in(general).slash('progress')).text)).toContain('1 check-in in all');
  });

  it('what is asked too late for Discord is finished before the bot ends, and asked once more it is answered', async () => {
    const { store } = await aStorage();
    const bot = await aBot({ store: slowed(store, () => 300) });
    const { newcomer, general, server } = bot;
    server.fault(callbacks, { kind: 'status', status: 404, code: 10_062 }, 1);
    await checksInUnseen(bot, 'POST /interactions/:interaction/:token/callback');
    await bot.platform.stop();
    expect(await kept({ store, newcomer })).toBe(1);
    await startBot({ server, store });
    await server.until('the next bot', () => server.gateway.identified.length === 2);
    const seen = await newcomer.in(general).slash('checkin', { mood: 3 });
    expect(asRead(seen.text)).toContain('1 check-in in a row');
    expect(await kept({ store, newcomer })).toBe(1);
  });

  it('words that are added to a message are never missing', async () => {
    const { newcomer, general, server } = await aBot();
    await newcomer.in(general).slash('settings', { plain: true });
    const first = await newcomer.in(general).slash('checkin');
    server.fault(followUps, { kind: 'reset-before' }, 2);
    expect((await first.press('Yes, keep it')).text).toContain('From now on I keep');
  });

  it('a double tap does it once, and both are answered the same', async () => {
    const bot = await aBot();
    const { newcomer } = bot;
    const menu = await newcomer.dm('hello');
    const [one, two] = await Promise.all([menu.press('Check in'), menu.press('Check in')]);
    expect(asRead(one.text)).toContain('1 check-in in a row');
    expect(asRead(two.text)).toContain('1 check-in in a row');
    expect(await kept(bot)).toBe(1);
  });

  it('a form that would open too late says so, and opens from its button', async () => {
    const { store } = await aStorage();
    let databaseMs = 400;
    const { newcomer, general } = await aBot({ store: slowed(store, () => databaseMs), openWithinMs: 100 });
    const late = await newcomer.in(general).slash('checkin', { form: true });
    await late.until('That took longer than a form may wait');
    expect(late.buttons).toContain('How today is');
    const settings = await newcomer.in(general).slash('settings');
    const again = await settings.press('Change zone, day end, country, words');
    await again.until('That took longer than a form may wait');
    expect(again.buttons).toEqual(['Your settings', 'Get help now (private)']);
    databaseMs = 0;
    expect((await again.press('Your settings')).modal.fields).toContain('Time zone');
  });

  it('while the database is away help is there at once, and what was read stays as it was', async () => {
    const { store } = await aStorage();
    let away = false;
    const { newcomer, general } = await aBot({ store: awayWhen(store, () => away) });
    const first = await newcomer.in(general).slash('checkin');
    const before = first.text;
    away = true;
    expect(asRead((await newcomer.in(general).slash('sos')).text)).toContain('112 or 911');
    const pressed = await first.press('Yes, keep it');
    expect(asRead(pressed.text)).toContain("I can't reach my records right now");
    expect(first.text).toBe(before);
  });
});

describe('whoever asks is not left without a way to a person', () => {
  it('where Discord will not take the answer', async () => {
    const { newcomer, general, server } = await aBot();
    server.fault(edits, { kind: 'status', status: 400, code: 50_035 }, 1);
    const seen = await newcomer.in(general).slash('checkin');
    expect(seen.buttons).toContain('A person');
    expect(server.publiclySeen(general)).toBe('');
  });

  it('where Discord will not take what a message would become: it keeps its words, and the way is added', async () => {
    const { newcomer, general, server } = await aBot();
    const first = await newcomer.in(general).slash('checkin');
    const before = first.text;
    server.fault(edits, { kind: 'status', status: 400, code: 50_035 }, 1);
    const pressed = await first.press('Yes, keep it');
    expect(first.text).toBe(before);
    expect(pressed.buttons).toContain('A person');
    expect(newcomer.in(general).looks().messages).toHaveLength(2);
    expect(server.publiclySeen(general)).toBe('');
  });

  it('where Discord does not say in which channel', async () => {
    const { newcomer, general, server } = await aBot();
    const help = await newcomer.in(general).slash('sos');
    if (help.interaction === null) throw new Error('No interaction');
    const { told } = help.interaction;
    server.tellAgain({ ...help.interaction, told: { ...told, channel: undefined } });
    const answered = () => server.requestsOf('PATCH /webhooks/:application/:token/messages/:message').length;
    await server.until('the answer again', () => answered() === 2);
    expect(asRead(help.text)).toContain('Help, now');
  });
});

describe('a chat', () => {
  it.each([
    ['in a server', { guild_id: '1', context: 0 }, false],
    ['in a group of people', { context: 2 }, false],
    ['where Discord does not say', {}, false],
    ['in a chat with the bot alone', { context: 1 }, true],
  ] as const)('is never taken for private where others may read: %s', (_, where, isPrivate) => {
    expect(isPrivateChat(where)).toBe(isPrivate);
  });
});

describe('a bot that is to stop', () => {
  it('gives up an answer that cannot be shown in time: within ten seconds, and what was asked is kept', async () => {
    const bot = await aBot();
    const { server, newcomer, general } = bot;
    server.fault('PATCH /webhooks/*/*/messages/*', { kind: 'status', status: 503 }, 1_000);
    void newcomer
      .in(general)
      .slash('checkin', { mood: 3 })
      .catch(() => {});
    await server.until(
      'the third try',
      () => server.requestsOf('PATCH /webhooks/:application/:token/messages/:message').length >= 3,
    );
    const begun = performance.now();
    await bot.platform.stop();
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(await kept(bot)).toBe(1);
  });

  it('shows an answer that is tried again as soon as it can be shown', async () => {
    const bot = await aBot({ answerWithinMs: 15_000 });
    const { server, newcomer, general } = bot;
    server.fault('PATCH /webhooks/*/*/messages/*', { kind: 'status', status: 503 }, 3);
    const seen = newcomer.in(general).slash('checkin', { mood: 3 });
    await server.until(
      'the second try',
      () => server.requestsOf('PATCH /webhooks/:application/:token/messages/:message').length >= 2,
    );
    await bot.platform.stop();
    await (await seen).until('1 check-in in a row');
  });
});
