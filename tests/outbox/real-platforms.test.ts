import { describe, expect, it, vi } from 'vitest';
import { lineGreeting } from '../../src/core/communities/greeting.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { aBot as onDiscord } from '../adapters/discord/bot.ts';
import { aBot as onSlack } from '../adapters/slack/bot.ts';
import { aBot as onTelegram } from '../adapters/telegram/bot.ts';

/** Adds one line for a channel, and resolves when nobody sends it any more. Gives how it ended. */
async function lineIn(store: Store, platform: string, community: string, channel: string): Promise<string> {
  await store.transaction(async (tx) => {
    const { id } = await tx.communities.change({ platform, key: community }, {}, Temporal.Now.instant());
    await tx.outbox.add({
      key: ['line', channel],
      platform,
      owner: { kind: 'community', community: id },
      sending: { kind: 'post', to: { kind: 'channel', channel }, says: lineGreeting.says({ door: null }) },
      dueAt: null,
      notAfter: null,
      urgent: false,
    });
  });
  const over = ['sent', 'refused', 'skipped', 'uncertain'];
  const states = async () => (await store.outbox.counts()).map(({ state }) => state);
  await vi.waitUntil(async () => (await states()).every((state) => over.includes(state)), { timeout: 20_000 });
  return (await states()).join();
}

describe('a message that the platform took, and whose answer was lost on the way', () => {
  it('is on Discord once, because it is asked again under the same id', async () => {
    const { server, store, guild, general } = await onDiscord();
    server.fault('POST /channels/*/messages', { kind: 'reset-after' }, 2);
    expect(await lineIn(store, 'discord', guild.id, general.id)).toBe('sent');
    expect(server.publiclySeen(general).match(/Handrail is here/g)).toHaveLength(1);
  });

  it('is on Slack once, and a doubt, because nobody can ask', async () => {
    const { server, store, team, general } = await onSlack();
    server.fault('chat.postMessage', { kind: 'reset-after' });
    expect(await lineIn(store, 'slack', team.id, `${team.id}/${general.id}`)).toBe('uncertain');
    expect(server.requestsOf('chat.postMessage')).toHaveLength(1);
  });

  it('is on Telegram once, and a doubt, because nobody can ask', async () => {
    const { server, store, harbor } = await onTelegram();
    const before = server.requestsOf('sendMessage').length;
    server.fault('sendMessage', { kind: 'reset-after' });
    // Its greeting was sent before.
    expect(await lineIn(store, 'telegram', String(harbor.id), String(harbor.id))).toContain('uncertain');
    expect(server.requestsOf('sendMessage')).toHaveLength(before + 1);
  });
});
