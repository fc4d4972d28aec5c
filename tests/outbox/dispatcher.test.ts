import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { DeliveryKey } from '../../src/core/outbox/delivery.ts';
import { HandrailError } from '../../src/core/values/errors.ts';
import type { LogFields } from '../../src/core/values/log.ts';
import { quietLog } from '../support/storage.ts';
import { askedToWait, FakePlatform, lostAfter, lostBefore, refused, slow } from './fake-platform.ts';
import { databases, type OutboxUnderTest, openOutbox, saying } from './outbox.ts';

const minute = 60_000;
const texts = (platform: FakePlatform) => platform.posts.map(({ text }) => text);

describe.each(databases)('what the bot sends by itself, on %s', (kind) => {
  it('arrives once, at its time, in the place that it is for', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    outbox.dispatcher(platform);
    await outbox.add('now');
    await outbox.add('soon', { dueAt: outbox.in(200) });
    await outbox.add('tomorrow', { dueAt: outbox.in(24 * 60 * minute) });
    await vi.waitUntil(async () => (await outbox.counts())['sent'] === 2);
    expect(platform.posts).toMatchObject([
      { text: 'now', to: { kind: 'channel', channel: 'general' } },
      { text: 'soon', to: { kind: 'channel', channel: 'general' } },
    ]);
    expect(await outbox.counts()).toEqual({ sent: 2, pending: 1 });
  });

  it('goes to a member in private, as their platform knows them', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    outbox.dispatcher(platform);
    await outbox.toMember('hello', saying('leave'));
    await outbox.settled();
    expect(platform.posts).toMatchObject([{ text: 'hello', to: { kind: 'member', account: 'amy' } }]);
  });

  it('is tried again when the platform asked to wait, and then arrives once', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(askedToWait(50), askedToWait(50, 'bot'), askedToWait(10, null));
    outbox.dispatcher(platform);
    await outbox.add('patient');
    expect(await outbox.settled()).toEqual({ sent: 1 });
    expect(texts(platform)).toEqual(['patient']);
  });

  it('that is refused is not tried again, and says why', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(refused('no-permission'));
    outbox.dispatcher(platform);
    await outbox.add('unwanted');
    expect(await outbox.settled()).toEqual({ refused: 1 });
    expect(await outbox.store.outbox.failed(5)).toMatchObject([{ state: 'refused', reason: 'no-permission' }]);
    expect(platform.posts).toEqual([]);
  });

  it('is skipped if it is no longer wanted when it is sent', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    const checkedIn = saying('leave', { route: 'test.skip', render: async () => ({ skip: 'checked-in' }) });
    outbox.dispatcher(platform, { templates: [checkedIn] });
    const says = checkedIn.says('have you checked in?');
    await outbox.add('reminder', { says: { kind: 'post', to: { kind: 'channel', channel: 'general' }, says } });
    expect(await outbox.settled()).toEqual({ skipped: 1 });
  });

  it('that cannot be made ready fails after three tries, loudly, and holds up nothing else', async () => {
    const lines: [string, LogFields | undefined][] = [];
    const outbox = await openOutbox(kind, { ...quietLog, error: (event, fields) => void lines.push([event, fields]) });
    const platform = new FakePlatform('fake');
    const broken = saying('leave', { route: 'test.broken', render: () => Promise.reject(new Error('a bug of ours')) });
    const dispatcher = outbox.dispatcher(platform, { templates: [broken, saying()] });
    const to = { kind: 'channel', channel: 'general' } as const;
    await outbox.add('broken', { says: { kind: 'post', to, says: broken.says('') } });
    await outbox.add('unknown', { says: { kind: 'post', to, says: { route: 'of another version', args: {} } } });
    await outbox.add('fine');
    await vi.waitUntil(() => platform.posts.length === 1);
    for (let tries = 0; tries < 2; tries += 1) {
      await vi.waitUntil(() => lines.length === 2 * (tries + 1));
      outbox.offset.ms += 2 * minute;
      dispatcher.wake();
    }
    expect(await outbox.settled()).toEqual({ sent: 1, refused: 2 });
    expect(lines.map(([event]) => event)).toEqual(Array(6).fill('a delivery could not be rendered'));
    expect(await outbox.store.outbox.failed(5)).toMatchObject([{ reason: 'bug' }, { reason: 'bug' }]);
  });

  it('is opened as a thread after its post, and what belongs into the thread follows', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    outbox.dispatcher(platform);
    const says = saying().says('Answers');
    await outbox.add('prompt');
    await outbox.add('thread', { says: { kind: 'thread', of: ['prompt'], says } });
    await outbox.add('first answer', { to: { kind: 'thread-of', of: ['thread'] } });
    expect(await outbox.settled()).toEqual({ sent: 3 });
    expect(platform.arrived).toMatchObject([
      { kind: 'post', text: 'prompt' },
      { kind: 'thread', text: 'Answers' },
      { kind: 'post', text: 'first answer', to: { kind: 'thread', thread: 'message-1' } },
    ]);
  });

  it('stands as sent though its thread is refused; the thread has a try of its own', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next((_, arrive) => arrive(), askedToWait(20), refused('no-permission'));
    outbox.dispatcher(platform);
    await outbox.add('prompt');
    await outbox.add('thread', { says: { kind: 'thread', of: ['prompt'], says: saying().says('Answers') } });
    await outbox.add('inside', { to: { kind: 'thread-of', of: ['thread'] } });
    expect(await outbox.settled()).toEqual({ sent: 1, refused: 1, skipped: 1 });
    expect(texts(platform)).toEqual(['prompt']);
  });

  it('can be changed and taken back; only the newest change is sent', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    let go = (): void => {};
    platform.next(slow(new Promise<void>((resolve) => (go = resolve))));
    outbox.dispatcher(platform);
    const of: DeliveryKey = ['post'];
    await outbox.add('post');
    for (const words of ['one', 'two', 'three'])
      await outbox.add(words, { says: { kind: 'edit', of, says: saying().says(words) } });
    go();
    expect(await outbox.settled()).toEqual({ sent: 2, skipped: 2 });
    await outbox.add('gone', { says: { kind: 'remove', of } });
    await outbox.settled();
    expect(platform.arrived.map(({ kind: what, text }) => [what, text])).toEqual([
      ['post', 'post'],
      ['edit', 'three'],
      ['remove', ''],
    ]);
  });

  it('is told to somebody else only where the first is refused', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(refused('closed-dm'));
    outbox.dispatcher(platform);
    const line = (instead: string) => ({
      says: {
        kind: 'post' as const,
        to: { kind: 'channel', channel: 'general' } as const,
        says: saying().says(`instead of ${instead}`),
        insteadOf: [instead] as const,
      },
    });
    await outbox.add('refused', { to: { kind: 'person', account: 'owner' } });
    await outbox.add('line 1', line('refused'));
    await outbox.settled();
    await outbox.add('taken', { to: { kind: 'person', account: 'owner' } });
    await outbox.add('line 2', line('taken'));
    expect(await outbox.settled()).toEqual({ sent: 2, refused: 1, skipped: 1 });
    expect(texts(platform).toSorted()).toEqual(['instead of refused', 'taken']);
  });

  it('is not sent twice by a heart that beats early, late, or twice in a tick, and never before its time', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    const dispatchers = [1, 2].map(() => outbox.dispatcher(platform, { exclusive: false }));
    const beat = () => dispatchers.forEach((one) => one.wake());
    await outbox.add('once', { dueAt: outbox.in(150) });
    const dueAt = performance.now() + 140;
    let early = 0;
    while ((await outbox.counts())['sent'] === undefined) {
      await nextTurn();
      beat();
      beat();
      if (platform.posts.length > 0 && performance.now() < dueAt - 20) early += 1;
    }
    expect(early).toBe(0);
    expect(texts(platform)).toEqual(['once']);
  });

  it('is skipped after downtime if it would come too late, each with its reason, and the rest goes out once', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    const start = outbox.offset.ms;
    const hour = 60 * minute;
    const days = {
      'three days ago': 72,
      'three hours ago': 3,
      'a little over two hours ago': 121 / 60,
      'a little under': 119 / 60,
      'five minutes ago': 5 / 60,
    };
    for (const [name, hoursAgo] of Object.entries(days)) {
      const dueAt = outbox.in(72 * hour - hoursAgo * hour);
      await outbox.add(name, { dueAt, notAfter: dueAt.add({ hours: 2 }) });
    }
    outbox.offset.ms = start + 72 * hour;
    outbox.dispatcher(platform);
    expect(await outbox.settled()).toEqual({ sent: 2, skipped: 3 });
    expect(texts(platform).toSorted()).toEqual(['a little under', 'five minutes ago']);
  });

  it('that is posted by hand a minute before its time is a second delivery, and uses up none', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    const dispatcher = outbox.dispatcher(platform);
    await outbox.add('the planned one', { key: ['schedule', 'planned'], dueAt: outbox.in(minute) });
    await outbox.add('by hand', { key: ['schedule', 'by hand'] });
    await vi.waitUntil(() => platform.posts.length === 1);
    outbox.offset.ms += minute;
    dispatcher.wake();
    await outbox.settled();
    expect(texts(platform)).toEqual(['by hand', 'the planned one']);
  });

  it('arrives at most once, with its newest words, whatever is added, changed and cancelled in its last second', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    let current = '';
    const prompt = saying('leave', {
      route: 'test.prompt',
      render: async (words) => (words === current ? saying().render(words, {} as never) : { skip: 'changed' }),
    });
    const dispatchers = [1, 2].map(() => outbox.dispatcher(platform, { templates: [prompt], exclusive: false }));
    const act = fc.constantFrom('edit', 'pause', 'new', 'tick', 'tock');
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 8 }), async (acts) => {
        run += 1;
        const subject = `schedule ${run}`;
        let version = 0;
        const addNow = async () => {
          version += 1;
          current = `${subject}, version ${version}`;
          const to = { kind: 'channel', channel: 'general' } as const;
          await outbox.store.transaction(async (tx) => {
            await tx.outbox.cancel(subject, 'changed');
            await tx.outbox.add({
              key: [subject, String(version)],
              platform: 'fake',
              owner: outbox.owner,
              sending: { kind: 'post', to, says: prompt.says(current) },
              dueAt: null,
              notAfter: null,
              urgent: false,
            });
          });
        };
        for (const one of acts) {
          if (one === 'edit' || one === 'new') await addNow();
          else if (one === 'pause') await outbox.store.transaction((tx) => tx.outbox.cancel(subject, 'paused'));
          else dispatchers[one === 'tick' ? 0 : 1]?.wake();
        }
        await outbox.settled();
        const its = texts(platform).filter((words) => words.startsWith(`${subject},`));
        expect(new Set(its).size).toBe(its.length);
      }),
      { numRuns: 8 },
    );
  });
});

describe.each(databases)('when nobody knows whether it arrived, on %s', (kind) => {
  const reversed = { asksAgainMs: 120_000 };

  it('a platform that takes the same message once is asked again: one message, whatever was lost', async () => {
    for (const lost of [lostBefore, lostAfter]) {
      const outbox = await openOutbox(kind);
      const platform = new FakePlatform('fake', reversed);
      platform.next(lost);
      outbox.dispatcher(platform);
      await outbox.add('once');
      expect(await outbox.settled()).toEqual({ sent: 1 });
      expect(texts(platform)).toEqual(['once']);
    }
  });

  it('elsewhere a prompt is never posted again by itself: moderators are asked, in that place', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(lostAfter);
    outbox.dispatcher(platform);
    await outbox.add('a prompt');
    await vi.waitUntil(() => platform.posts.length === 2);
    expect(texts(platform)[1]).toContain('post it again');
    expect(platform.posts[1]?.to).toEqual({ kind: 'channel', channel: 'general' });
    expect(await outbox.settled()).toEqual({ uncertain: 1, sent: 1 });
  });

  it('an alert goes again, at most twice more', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(lostAfter, lostAfter, lostAfter, lostAfter);
    outbox.dispatcher(platform);
    const to = { kind: 'channel', channel: 'alerts' } as const;
    await outbox.add('an alert', { says: { kind: 'post', to, says: saying('again').says('an alert') } });
    await vi.waitUntil(() => platform.posts.length === 3);
    expect(await outbox.settled()).toEqual({ uncertain: 3 });
    expect(texts(platform)).toEqual(['an alert', 'an alert', 'an alert']);
  });

  it('what the platform took while the database was away is recorded first, and is no doubt', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    let isAway = true;
    const finishAll: typeof outbox.store.outbox.finishAll = async (ended) => {
      if (isAway) throw new HandrailError('storage-unavailable', 'The disk is full.');
      return outbox.store.outbox.finishAll(ended);
    };
    const own = new Proxy(outbox.store.outbox, {
      get: (target, name) => (name === 'finishAll' ? finishAll : (Reflect.get(target, name) as unknown)),
    });
    const store = { ...outbox.store, outbox: own };
    const dispatcher = outbox.dispatcher(platform, { store, leaseMs: 400 });
    const to = { kind: 'channel', channel: 'alerts' } as const;
    await outbox.add('an alert', { says: { kind: 'post', to, says: saying('again').says('an alert') } });
    await vi.waitUntil(() => platform.posts.length === 1);
    // Its lease is over by the clock of the database, and this process looks again.
    outbox.offset.ms += minute;
    for (let i = 0; i < 20; i += 1) {
      dispatcher.wake();
      await nextTurn();
    }
    isAway = false;
    expect(await outbox.settled()).toEqual({ sent: 1 });
    expect(texts(platform)).toEqual(['an alert']);
  });

  it('what is for one member is left alone, and never shown to a moderator', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next(lostAfter);
    outbox.dispatcher(platform);
    await outbox.toMember('for amy', saying('ask'));
    await vi.waitUntil(
      async () => (await outbox.store.outbox.doubts(['fake'], 5)).length === 0 && platform.posts.length > 0,
    );
    expect(await outbox.settled()).toEqual({ uncertain: 1 });
    expect(platform.posts).toMatchObject([{ text: 'for amy', to: { kind: 'member', account: 'amy' } }]);
  });

  it('a change is sent again, because the same change twice is one change', async () => {
    const outbox = await openOutbox(kind);
    const platform = new FakePlatform('fake');
    platform.next((_, arrive) => arrive(), lostAfter);
    outbox.dispatcher(platform);
    await outbox.add('post');
    await outbox.add('edit', { says: { kind: 'edit', of: ['post'], says: saying().says('changed') } });
    expect(await outbox.settled()).toEqual({ sent: 2 });
    expect(platform.arrived.map(({ text }) => text)).toEqual(['post', 'changed', 'changed']);
  });
});

describe.each(databases)('a send that takes as long as its lease, on %s', (kind) => {
  const leaseMs = 1_000;

  /** Two dispatchers with leases of a second; the first is slow to hear the platform's answer. */
  async function slowly(outbox: OutboxUnderTest, ms: number, asksAgainMs: number) {
    const platform = new FakePlatform('fake', { asksAgainMs });
    platform.next(async (_, arrive) => {
      const receipt = arrive();
      if (Number.isFinite(ms)) await new Promise((resolve) => setTimeout(resolve, ms));
      else await new Promise(() => {});
      return receipt;
    });
    for (let i = 0; i < 2; i += 1) outbox.dispatcher(platform, { leaseMs, exclusive: false });
    await outbox.add('once', {
      says: { kind: 'post', to: { kind: 'channel', channel: 'general' }, says: saying('leave').says('once') },
    });
    return platform;
  }

  it.each([leaseMs - 1, leaseMs + 1, 2 * leaseMs])('%d ms: one message, and it is known how it ended', async (ms) => {
    const outbox = await openOutbox(kind);
    const platform = await slowly(outbox, ms, 0);
    await vi.waitUntil(() => platform.posts.length === 1);
    const counts = await outbox.settled();
    expect(counts['sent'] ?? counts['uncertain']).toBe(1);
    expect(platform.posts).toHaveLength(1);
  });

  it('for ever: another settles it, and the message is there once', async () => {
    const outbox = await openOutbox(kind);
    const platform = await slowly(outbox, Number.POSITIVE_INFINITY, 120_000);
    expect(await outbox.settled()).toEqual({ sent: 1 });
    expect(platform.posts).toHaveLength(1);
  });
});
