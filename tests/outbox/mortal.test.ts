import { describe, expect, it, vi } from 'vitest';
import type { Store } from '../../src/core/conversation/store.ts';
import { FakePlatform } from './fake-platform.ts';
import { type OutboxUnderTest, openOutbox, saying } from './outbox.ts';

/** What the dead wait for. It ends with the test, so that they can be put away. */
function openLimbo(): { readonly wait: Promise<never>; end(): void } {
  let end = (): void => {};
  const wait = new Promise<never>((_, reject) => {
    end = () => reject(new Error('The test is over.'));
  });
  wait.catch(() => {});
  return { wait, end };
}

/** A dispatcher that can be killed: nothing that it asks is answered any more, and nothing that it sends leaves. */
function aMortal(outbox: OutboxUnderTest, platform: FakePlatform, limbo: Promise<never>): { kill(): void } {
  let lives = true;
  const mortal = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(_, name) {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const asked = lives ? (method.apply(target, args) as unknown) : limbo;
          // What it was told at the moment of its death it does not hear.
          return asked instanceof Promise ? asked.then((answer) => (lives ? answer : limbo)) : asked;
        };
      },
    });
  const { store } = outbox;
  const own: Store = { ...mortal(store), outbox: mortal(store.outbox) };
  const on = new FakePlatform(platform.name, platform.limits);
  const deliver: typeof platform.deliver = (delivery, signal) =>
    lives ? platform.deliver(delivery, signal).then((receipt) => (lives ? receipt : limbo)) : limbo;
  outbox.dispatcher(Object.assign(on, { deliver }), { store: own, exclusive: false, leaseMs: 1_000, pollMs: 1_000 });
  return {
    kill() {
      lives = false;
    },
  };
}

describe('twenty dispatchers on one PostgreSQL, each killed and begun anew three times in the minute in which all is due', () => {
  it.each([
    ['a platform that takes a message once', 120_000],
    ['a platform that takes it each time', 0],
  ])('on %s: no message stands there twice, and none is forgotten', async (_, asksAgainMs) => {
    const outbox = await openOutbox('PostgreSQL');
    const platform = new FakePlatform('fake', { asksAgainMs });
    const messages = 25;
    for (let i = 0; i < messages; i += 1) {
      const to = { kind: 'channel', channel: `channel ${i}` } as const;
      await outbox.add(`message ${i}`, {
        dueAt: outbox.in(200 + i * 20),
        says: { kind: 'post', to, says: saying('leave').says(`message ${i}`) },
      });
    }
    const limbo = openLimbo();
    const alive = Array.from({ length: 20 }, () => aMortal(outbox, platform, limbo.wait));
    for (let kills = 0; kills < 60; kills += 1) {
      const before = platform.posts.length;
      // Each kill comes when something moved, or after a moment in which nothing did.
      await vi.waitUntil(() => platform.posts.length > before, { timeout: 30, interval: 2 }).catch(() => {});
      alive[kills % 20]?.kill();
      alive[kills % 20] = aMortal(outbox, platform, limbo.wait);
    }
    const { sent = 0, uncertain = 0, ...others } = await outbox.settled();
    limbo.end();
    expect(others).toEqual({});
    expect(sent + uncertain).toBe(messages);
    if (asksAgainMs > 0) expect(uncertain).toBe(0);
    const texts = platform.posts.map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.length).toBeGreaterThanOrEqual(sent);
  });
});
