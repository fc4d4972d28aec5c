import { describe, expect, it } from 'vitest';
import { actions, heading, view } from '../../../src/core/language/view.ts';
import { aMeeting } from '../../../src/core/meetings/buttons.ts';
import type { Delivery, MessageRef } from '../../../src/core/platform/platform.ts';
import { getHelpNow } from '../../../src/core/safety/buttons.ts';
import { content } from '../../support/world.ts';
import { aBot } from './bot.ts';

const shown = view(heading('A prompt'));
const soon = () => AbortSignal.timeout(3_000);

async function delivering() {
  const bot = await aBot();
  const { platform, harbor, newcomer } = bot;
  const channel = { kind: 'channel', channel: String(harbor.id) } as const;
  const member = { kind: 'member', account: newcomer.id } as const;
  const post = (to: Extract<Delivery, { kind: 'post' }>['to'] = channel, what = shown) =>
    platform.deliver({ kind: 'post', id: 'one', to, view: what }, soon());
  return { ...bot, channel, member, post };
}

describe('a delivery', () => {
  it.each([
    [403, 'Forbidden: bot was blocked by the user', 'closed-dm'],
    [403, "Forbidden: bot can't initiate conversation with a user", 'closed-dm'],
    [403, 'Forbidden: user is deactivated', 'gone'],
    [403, 'Forbidden: bot was kicked from the supergroup chat', 'gone'],
    [403, 'Forbidden: bot is not a member of the supergroup chat', 'gone'],
    [400, 'Bad Request: chat not found', 'gone'],
    [400, 'Bad Request: message thread not found', 'gone'],
    [400, 'Bad Request: not enough rights to send text messages to the chat', 'no-permission'],
    [400, 'Bad Request: have no rights to send a message', 'no-permission'],
    [400, 'Bad Request: TOPIC_CLOSED', 'no-permission'],
    [400, "Bad Request: can't parse entities", 'invalid'],
    [404, 'Something new', 'invalid'],
  ])('that Telegram refuses with %d %s is refused: %s', async (code, description, reason) => {
    const { server, post } = await delivering();
    server.fault('sendMessage', { kind: 'error', code, description });
    expect(await post()).toEqual({ kind: 'refused', reason });
  });

  it('to someone who has blocked the bot, or never wrote to it, is refused, and never becomes a public one', async () => {
    const { server, post, member, newcomer, harbor } = await delivering();
    newcomer.blocks();
    expect(await post(member)).toEqual({ kind: 'refused', reason: 'closed-dm' });
    const stranger = server.user('stranger');
    expect(await post({ kind: 'member', account: stranger.id })).toEqual({ kind: 'refused', reason: 'closed-dm' });
    expect(server.publiclySeen(harbor)).toBe('');
  });

  it('to a group that has become a supergroup goes there, and what the group set goes along', async () => {
    const { server, post, harbor, owner, platform, store } = await delivering();
    await (await owner.in(harbor).says('/community')).press('Open our private chat');
    await (await owner.alone.says('/community country:Ireland')).until('Country: Ireland');
    const large = server.group('Harbor');
    large.botIsIn = true;
    harbor.migratedTo = large.id;
    const receipt = await post();
    expect(receipt).toMatchObject({ kind: 'sent' });
    expect(server.publiclySeen(large)).toBe('A prompt');
    await platform.stop();
    expect((await store.communities.find({ platform: 'telegram', key: String(large.id) }))?.country).toBe('IE');
  });

  it('waits for as long as Telegram asks', async () => {
    const { server, post } = await delivering();
    server.fault('sendMessage', { kind: 'rate-limit', retryAfterSeconds: 7 });
    const receipt = await post();
    const waits = receipt.kind === 'retry-after' ? receipt.waitMs / 1_000 : 0;
    expect(waits).toBeGreaterThanOrEqual(7);
    expect(waits).toBeLessThan(12);
  });

  it.each([
    ['breaks before', { kind: 'reset-before' }],
    ['breaks after', { kind: 'reset-after' }],
    ['fails on Telegram’s side', { kind: 'status', status: 502 }],
    ['is answered by something that is not Telegram', { kind: 'status', status: 200 }],
  ] as const)('whose request %s is uncertain, and is not sent again', async (_, fault) => {
    const { server, post } = await delivering();
    server.fault('sendMessage', fault);
    const before = server.requestsOf('sendMessage').length;
    expect(await post()).toEqual({ kind: 'uncertain' });
    expect(server.requestsOf('sendMessage')).toHaveLength(before + 1);
  });

  it('that Telegram does not answer in time is uncertain, and holds nobody up', async () => {
    const { server, platform, channel } = await delivering();
    let answer = () => {};
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.fault('sendMessage', { kind: 'slow', until });
    const post = { kind: 'post', id: 'slow', to: channel, view: shown } as const;
    expect(await platform.deliver(post, AbortSignal.timeout(200))).toEqual({ kind: 'uncertain' });
    answer();
  });

  it('may be changed and taken back twice without harm', async () => {
    const { server, post, platform, harbor } = await delivering();
    const sent = await post();
    const message = sent.kind === 'sent' ? sent.message : ('' as MessageRef);
    const changed = view(heading('Another prompt'));
    server.fault('editMessageText', { kind: 'reset-after' });
    const edit = { kind: 'edit', id: 'two', message, view: changed } as const;
    for (let i = 0; i < 2; i += 1)
      expect(await platform.deliver(edit, soon())).toMatchObject({ kind: 'sent', message });
    expect(server.publiclySeen(harbor)).toBe('Another prompt');
    const remove = { kind: 'remove', id: 'three', message } as const;
    for (let i = 0; i < 2; i += 1) expect((await platform.deliver(remove, soon())).kind).toBe('sent');
    expect(server.publiclySeen(harbor)).toBe('');
  });

  it('that becomes longer or shorter, or a picture, is all there and nothing else', async () => {
    const { server, post, platform, harbor } = await delivering();
    const long = view({ kind: 'text', content: [{ kind: 'plain', text: 'word '.repeat(2_000) }] });
    const sent = await post(undefined, long);
    let message = sent.kind === 'sent' ? sent.message : ('' as MessageRef);
    for (const [what, looks] of [
      [shown, /^A prompt$/],
      [view({ kind: 'image', png: 'AA==', alt: 'a picture' }), /^a picture$/],
      [shown, /^A prompt$/],
    ] as const) {
      const edited = await platform.deliver({ kind: 'edit', id: 'two', message, view: what }, soon());
      message = edited.kind === 'sent' ? edited.message : message;
      expect(server.publiclySeen(harbor)).toMatch(looks);
    }
  });

  it('to a topic stands in it', async () => {
    const { server, platform, owner } = await delivering();
    const forum = server.group('Forum', { forum: true });
    forum.botIsIn = true;
    const to = { kind: 'thread', channel: String(forum.id), thread: '7' } as const;
    await platform.deliver({ kind: 'post', id: 'one', to, view: shown }, soon());
    expect(
      owner
        .in(forum)
        .looks()
        .messages.map(({ topic }) => topic),
    ).toEqual([7]);
  });

  it('with buttons in a group is answered to each in their private chat, or shows the way there', async () => {
    const { server, post, newcomer, harbor, channel } = await delivering();
    const words = content.wordsFor('en');
    const stranger = server.user('stranger');
    await post(channel, view(heading('A prompt'), actions(aMeeting(words), getHelpNow(words))));
    const pressed = await newcomer.in(harbor).looks().press('A meeting');
    await pressed.until('no list of meetings of its own yet');
    await server.until('each press to be answered', () => server.unanswered === 0);
    expect(pressed.toast).toBe('I have written to you in our private chat.');
    const first = await stranger.in(harbor).looks().press('Get help now (private)');
    expect((await first.follow()).text).toContain('112 or 911');
    expect(server.publiclySeen(harbor)).toBe('A prompt');
  });
});
