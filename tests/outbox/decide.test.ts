import { describe, expect, it, vi } from 'vitest';
import { openWorld } from '../support/world.ts';
import { FakePlatform, lostBefore } from './fake-platform.ts';
import { databases, openOutbox } from './outbox.ts';

describe.each(databases)('moderators who are asked whether a post arrived, on %s', (kind) => {
  async function asked() {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(lostBefore);
    outbox.dispatcher(platform);
    await outbox.add('a prompt');
    await vi.waitUntil(() => platform.posts.length === 1);
    await outbox.settled();
    const [failed] = await outbox.store.outbox.failed(1);
    const world = await openWorld({ store: outbox.store, name: 'fake' });
    const token = (decision: string) => ({ kind: 'action', token: `ob.doubt:${decision}:${failed?.id}` }) as const;
    return { outbox, platform, world, token };
  }

  it('can have it posted again, once', async () => {
    const { outbox, platform, world, token } = await asked();
    const mod = world.person('mo', { community: 'harbor', moderator: true });
    expect((await mod.asks(token('post-again'))).text).toContain("I'm posting it again");
    await vi.waitUntil(() => platform.posts.length === 2);
    expect((await mod.asks(token('post-again'))).text).toContain('nothing left to do');
    expect(await outbox.settled()).toEqual({ uncertain: 1, sent: 2 });
    expect(platform.posts[1]?.text).toBe('a prompt');
    await world.close();
  });

  it('can leave it', async () => {
    const { outbox, platform, world, token } = await asked();
    const mod = world.person('mo', { community: 'harbor', moderator: true });
    expect((await mod.asks(token('leave'))).text).toContain("I'll leave it");
    expect(await outbox.settled()).toEqual({ uncertain: 1, sent: 1 });
    expect(platform.posts).toHaveLength(1);
    await world.close();
  });

  it('are the only ones who can, and only in their own community', async () => {
    const { outbox, platform, world, token } = await asked();
    const member = await world.person('amy', { community: 'harbor' }).asks(token('post-again'));
    expect(member.answer).toMatchObject({ reason: 'not-a-moderator' });
    const elsewhere = world.person('eve', { community: 'hillside', moderator: true });
    await elsewhere.says('/community zone:Berlin');
    expect((await elsewhere.asks(token('post-again'))).text).toContain('nothing left to do');
    expect(await outbox.settled()).toEqual({ uncertain: 1, sent: 1 });
    expect(platform.posts).toHaveLength(1);
    await world.close();
  });
});
