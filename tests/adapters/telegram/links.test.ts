import { describe, expect, it } from 'vitest';
import { linkToAction } from '../../../src/adapters/telegram/deep-link.ts';
import { aBot } from './bot.ts';

/** An address that anyone can write, which carries the token of a button. */
const addressOf = (token: string) => `https://t.me/handrail_bot?start=b-${Buffer.from(token).toString('base64url')}`;

const asksFirst = 'Press the button only if that is what you want';

describe('an address that somebody else wrote, on Telegram', () => {
  it('records nothing, keeps nothing and sets nothing: it shows a button that says what it would do', async () => {
    const { server, store } = await aBot();
    const amy = server.user('amy');
    for (const [token, label] of [
      ['fr.keep:yes', 'Keep what I say from now on'],
      ['fr.keep:no', 'Do not keep what I say'],
      ['fr.country:US', 'Show me the helplines of United States'],
      ['set.flag:keep:yes', 'Keep what I say from now on'],
      ['ci', 'Check in for today'],
      [`ci.used:${new Date().toISOString().slice(0, 10)}`, /^Record that I used on \d{4}/],
    ] as const) {
      const seen = await amy.follows(addressOf(token));
      expect(seen.text, token).toContain(asksFirst);
      expect(seen.buttons, token).toEqual([
        typeof label === 'string' ? label : expect.stringMatching(label),
        'Get help now (private)',
      ]);
    }
    expect(await store.members.find({ platform: 'telegram', key: amy.id })).toBeNull();
    const seen = await (await amy.follows(addressOf('ci'))).press('Check in for today');
    expect(seen.text).toContain('1 check-in in a row');
  });

  it('that carries a command with something to record asks first too', async () => {
    const { server, store } = await aBot();
    const amy = server.user('amy');
    const seen = await amy.follows('https://t.me/handrail_bot?start=checkin');
    expect(seen.text).toContain(asksFirst);
    expect(seen.buttons).toEqual(['Check in for today', 'Get help now (private)']);
    expect(await store.members.find({ platform: 'telegram', key: amy.id })).toBeNull();
  });

  it('leads to help at once', async () => {
    const { server } = await aBot();
    for (const token of ['sos', 'person', 'sos.where:IE'])
      expect((await server.user('amy').follows(addressOf(token))).text).toContain('If a life is in danger now');
  });

  it('answers no question of a form, and lets none go', async () => {
    const { newcomer } = await aBot();
    await newcomer.alone.says('/settings keep:yes');
    await (await newcomer.alone.says('/checkin')).press('Say more about today');
    for (const token of ['form.answer:ci.form:0:5', 'form.skip:ci.form:0', 'form.cancel', 'form.next:ci.form'])
      expect((await newcomer.follows(addressOf(token))).text, token).toContain('is no longer good');
    expect((await newcomer.alone.says('3')).text).toContain('Craving (2 of 5)');
  });
});

describe('the address of a button, on Telegram', () => {
  it('has room for 46 bytes; what is longer gets none, and never another meaning', () => {
    expect(linkToAction('bot', 'x'.repeat(46))).toMatch(/^https:\/\/t\.me\/bot\?start=b-[\w-]{62}$/);
    expect(linkToAction('bot', 'x'.repeat(47))).toBeNull();
  });
});
