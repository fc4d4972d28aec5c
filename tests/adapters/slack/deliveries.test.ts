import { describe, expect, it } from 'vitest';
import { heading, view } from '../../../src/core/language/view.ts';
import type { Delivery, MessageRef } from '../../../src/core/platform/platform.ts';
import { aBot } from './bot.ts';

const shown = view(heading('A prompt'));
const soon = () => AbortSignal.timeout(3_000);

async function delivering() {
  const bot = await aBot();
  const { platform, team, general, newcomer } = bot;
  const channel = { kind: 'channel', channel: `${team.id}/${general.id}` } as const;
  const member = { kind: 'member', account: `${team.id}/${newcomer.id}` } as const;
  const post = (to: Extract<Delivery, { kind: 'post' }>['to'] = channel) =>
    platform.deliver({ kind: 'post', id: 'one', to, view: shown }, soon());
  return { ...bot, channel, member, post };
}

describe('a delivery', () => {
  it.each([
    ['cannot_dm_bot', 'closed-dm'],
    ['user_disabled', 'closed-dm'],
    ['not_in_channel', 'no-permission'],
    ['restricted_action_thread_only_channel', 'no-permission'],
    ['missing_scope', 'no-permission'],
    ['channel_not_found', 'gone'],
    ['is_archived', 'gone'],
    ['account_inactive', 'gone'],
    ['msg_too_long', 'invalid'],
    ['something_new', 'invalid'],
  ])('that Slack refuses as %s is refused: %s', async (error, reason) => {
    const { server, post } = await delivering();
    server.fault('chat.postMessage', { kind: 'error', error });
    expect(await post()).toEqual({ kind: 'refused', reason });
  });

  it('waits for as long as Slack asks', async () => {
    const { server, post } = await delivering();
    server.fault('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 7 });
    const receipt = await post();
    const waits = receipt.kind === 'retry-after' ? receipt.waitMs / 1_000 : 0;
    expect(waits).toBeGreaterThanOrEqual(7);
    expect(waits).toBeLessThan(12);
  });

  it.each([
    ['breaks before', { kind: 'reset-before' }],
    ['breaks after', { kind: 'reset-after' }],
    ['fails on Slack’s side', { kind: 'status', status: 503 }],
    ['may have been done in part', { kind: 'error', error: 'fatal_error' }],
  ] as const)('whose request %s is uncertain, and is not sent again', async (_, fault) => {
    const { server, post } = await delivering();
    server.fault('chat.postMessage', fault);
    expect(await post()).toEqual({ kind: 'uncertain' });
    expect(server.requestsOf('chat.postMessage')).toHaveLength(1);
  });

  it('that Slack does not answer in time is uncertain, and holds nobody up', async () => {
    const { server, platform, channel } = await delivering();
    let answer = () => {};
    const until = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.fault('chat.postMessage', { kind: 'slow', until });
    const post = { kind: 'post', id: 'slow', to: channel, view: shown } as const;
    expect(await platform.deliver(post, AbortSignal.timeout(200))).toEqual({ kind: 'uncertain' });
    answer();
  });

  it.each(['token_expired', 'service_unavailable'])('that Slack does not take now (%s) goes later', async (error) => {
    const { server, post } = await delivering();
    server.fault('chat.postMessage', { kind: 'error', error });
    expect((await post()).kind).toBe('retry-after');
  });

  it('to a private chat that cannot be opened just now goes later: nothing was sent', async () => {
    const { server, post, member } = await delivering();
    server.fault('conversations.open', { kind: 'reset-after' }, 100);
    expect((await post(member)).kind).toBe('retry-after');
    expect(server.requestsOf('chat.postMessage')).toHaveLength(0);
  });

  it('to someone who takes no messages never becomes a public one', async () => {
    const { server, post, member, newcomer, general } = await delivering();
    newcomer.closesDms();
    expect(await post(member)).toEqual({ kind: 'refused', reason: 'closed-dm' });
    expect(server.publiclySeen(general)).toBe('');
  });

  it('may be changed and taken back twice without harm', async () => {
    const { server, post, platform, general } = await delivering();
    const sent = await post();
    const message = sent.kind === 'sent' ? sent.message : ('' as MessageRef);
    const changed = view(heading('Another prompt'));
    server.fault('chat.update', { kind: 'reset-after' });
    const edit = { kind: 'edit', id: 'two', message, view: changed } as const;
    expect(await platform.deliver(edit, soon())).toMatchObject({ kind: 'sent', message });
    expect(server.publiclySeen(general)).toBe('Another prompt');
    const remove = { kind: 'remove', id: 'three', message } as const;
    for (let i = 0; i < 2; i += 1) expect((await platform.deliver(remove, soon())).kind).toBe('sent');
    expect(server.publiclySeen(general)).toBe('');
  });
});
