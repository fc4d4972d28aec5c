import { describe, expect, it } from 'vitest';
import type { Held, NewDelivery, Owner } from '../../../src/core/outbox/delivery.ts';
import type { MessageRef } from '../../../src/core/platform/platform.ts';
import type { CommunityId } from '../../../src/core/values/ids.ts';
import { Temporal } from '../../../src/core/values/time.ts';
import { newAccount, newName, now, type StorageUnderTest } from './fixtures.ts';

const minute = 60_000;

/** The steps of a delivery through the database. What the whole of them promises is in tests/outbox. */
export function outboxContract(on: StorageUnderTest): void {
  const { write } = on;

  /** A platform of its own for each test, so that none leases another's deliveries. */
  async function aPlatform() {
    const platform = newName('platform');
    const ref = { platform, key: newName('harbor') };
    const community = await write(async (tx) => (await tx.communities.change(ref, {}, now)).id);
    const owner: Owner = { kind: 'community', community };
    const outbox = () => on.store.outbox;
    return {
      platform,
      ref,
      owner,
      community,
      add: (key: string, about: Partial<NewDelivery> = {}) =>
        write((tx) => tx.outbox.add({ ...delivery(platform, owner, key), ...about })),
      lease: (max = 20, leaseMs = minute, urgent = false) =>
        outbox().lease({ platforms: [platform], urgent, max, leaseMs }),
      async leaseOne() {
        const [one] = await outbox().lease({ platforms: [platform], urgent: false, max: 1, leaseMs: minute });
        if (one === undefined) throw new Error('Nothing was leased');
        return one;
      },
      counts: async () =>
        Object.fromEntries(
          (await outbox().counts())
            .filter((row) => row.platform === platform)
            .map(({ state, count }) => [state, count]),
        ),
    };
  }

  function delivery(platform: string, owner: Owner, key: string): NewDelivery {
    return {
      key: [key],
      platform,
      owner,
      sending: { kind: 'post', to: { kind: 'channel', channel: key }, says: { route: 'test', args: { key } } },
      dueAt: null,
      notAfter: null,
      urgent: false,
    };
  }

  const sent = { kind: 'sent', sent: { message: 'message' as MessageRef, thread: null } } as const;
  const soon = (ms: number) => Temporal.Now.instant().add({ milliseconds: ms });

  describe('a delivery', () => {
    it('is there once, whoever adds it again', async () => {
      const at = await aPlatform();
      expect(await at.add('one')).toBe('added');
      expect(await at.add('one')).toBe('there');
      const leased = await at.lease();
      expect(leased).toHaveLength(1);
      expect(leased[0]).toMatchObject({
        platform: at.platform,
        ref: at.ref,
        owner: at.owner,
        sending: {
          kind: 'post',
          to: { kind: 'channel', channel: 'one' },
          says: { route: 'test', args: { key: 'one' } },
        },
        after: null,
        overdue: null,
        failures: 0,
      });
    });

    it('is not there if what it belongs to was rolled back', async () => {
      const at = await aPlatform();
      const broken = write(async (tx) => {
        await tx.outbox.add(delivery(at.platform, at.owner, 'one'));
        throw new Error('rolled back');
      });
      await expect(broken).rejects.toThrow('rolled back');
      expect(await at.lease()).toEqual([]);
    });

    it('is leased by one only, begun once, and sent once', async () => {
      const at = await aPlatform();
      await at.add('one');
      const [mine, others] = [await at.leaseOne(), await at.lease()];
      expect(others).toEqual([]);
      expect(await on.store.outbox.begin(mine, minute)).toBe(true);
      expect(await on.store.outbox.begin(mine, minute)).toBe(false);
      expect(await on.store.outbox.finish(mine, sent)).toBe(true);
      expect(await on.store.outbox.finish(mine, sent)).toBe(false);
      expect(await at.counts()).toEqual({ sent: 1 });
    });

    it('waits for its time, and is gone after it', async () => {
      const at = await aPlatform();
      await at.add('later', { dueAt: soon(minute) });
      await at.add('too late', { notAfter: soon(-1) });
      const [late, ...others] = await at.lease();
      expect(others).toEqual([]);
      expect(late).toMatchObject({ overdue: 'too-late' });
      if (late === undefined) return;
      expect(await on.store.outbox.begin(late, minute)).toBe(false);
      const until = await on.store.outbox.untilNext([at.platform]);
      expect(until).toBeGreaterThan(minute / 2);
      expect(until).toBeLessThanOrEqual(minute);
    });

    it('that is urgent is leased apart, the oldest first', async () => {
      const at = await aPlatform();
      await at.add('second', { dueAt: soon(-1_000) });
      await at.add('first', { dueAt: soon(-2_000) });
      await at.add('alert', { urgent: true });
      const channels = (leased: Awaited<ReturnType<typeof at.lease>>) =>
        leased.map(({ sending }) => sending.kind === 'post' && sending.to.kind === 'channel' && sending.to.channel);
      expect(channels(await at.lease(5, minute, true))).toEqual(['alert']);
      const usual = await at.lease();
      expect(channels(usual)).toEqual(['first', 'second']);
      expect(usual[0]?.lagMs).toBeGreaterThanOrEqual(2_000);
    });

    it('whose lease ran out goes to another, and the first holder can do nothing more', async () => {
      const at = await aPlatform();
      await at.add('one');
      const [slow] = await at.lease(1, 0);
      if (slow === undefined) throw new Error('Nothing was leased');
      await on.store.outbox.expire(false);
      const quick = await at.leaseOne();
      expect(quick.fence).toBeGreaterThan(slow.fence);
      expect(await on.store.outbox.begin(slow, minute)).toBe(false);
      expect(await on.store.outbox.begin(quick, minute)).toBe(true);
      expect(await on.store.outbox.finish(slow, sent)).toBe(false);
      expect(await on.store.outbox.finish(quick, sent)).toBe(true);
    });

    it('whose lease ran out cannot be begun, also before anybody has noticed', async () => {
      const at = await aPlatform();
      await at.add('one');
      const [slow] = await at.lease(1, 0);
      expect(slow === undefined ? null : await on.store.outbox.begin(slow, minute)).toBe(false);
    });

    it('returns for later where the platform asks to wait, and to others where it was given back', async () => {
      const at = await aPlatform();
      await at.add('one');
      const first = await at.leaseOne();
      await on.store.outbox.begin(first, minute);
      await on.store.outbox.finish(first, { kind: 'later', waitMs: minute });
      expect(await at.lease()).toEqual([]);
      expect(await at.counts()).toEqual({ pending: 1 });
      await at.add('two');
      const second = await at.leaseOne();
      await on.store.outbox.giveBack(second, 0, true);
      expect(await at.leaseOne()).toMatchObject({ id: second.id, failures: 1 });
    });

    it('that was being sent when its process died is a doubt', async () => {
      const at = await aPlatform();
      await at.add('one');
      const held = await at.leaseOne();
      await on.store.outbox.begin(held, 0);
      await on.store.outbox.expire(false);
      expect(await at.counts()).toEqual({ uncertain: 1 });
      const [doubt] = await on.store.outbox.doubts([at.platform], 5);
      expect(doubt).toMatchObject({ id: held.id, owner: at.owner, again: 0 });
      expect(doubt?.sinceBegunMs).toBeLessThan(minute);
    });

    it('is ended by a start of the only process, whatever its lease says', async () => {
      const at = await aPlatform();
      await at.add('leased');
      await at.add('begun');
      const [one] = await at.lease();
      if (one !== undefined) await on.store.outbox.begin(one, minute);
      await on.store.outbox.expire(true);
      expect(await at.counts()).toEqual({ pending: 1, uncertain: 1 });
    });
  });

  describe('a doubt', () => {
    async function aDoubt() {
      const at = await aPlatform();
      await at.add('one');
      const held = await at.leaseOne();
      await on.store.outbox.begin(held, minute);
      await on.store.outbox.finish(held, { kind: 'uncertain' });
      return { ...at, held };
    }
    const decide = (held: Held, decision: 'post-again' | 'leave' | 'asked', community: CommunityId | null = null) =>
      write((tx) => tx.outbox.decide(held.id, decision, community));

    it('is cleared by its receipt, if that comes while nobody has decided', async () => {
      const { held, counts } = await aDoubt();
      await decide(held, 'asked');
      expect(await on.store.outbox.finish(held, sent)).toBe(true);
      expect(await counts()).toEqual({ sent: 1 });
      expect(await decide(held, 'post-again')).toBe(false);
    });

    it('is decided once; posting it again is a new delivery, and the old one its history', async () => {
      const { held, counts, ...at } = await aDoubt();
      expect(await decide(held, 'post-again')).toBe(true);
      expect(await decide(held, 'leave')).toBe(false);
      expect(await on.store.outbox.finish(held, sent)).toBe(false);
      const again = await at.leaseOne();
      expect(again.id).not.toBe(held.id);
      expect(again.sending).toMatchObject({ says: { args: { key: 'one' } } });
      expect(await counts()).toEqual({ uncertain: 1, leased: 1 });
    });

    it('is decided by its own community only', async () => {
      const { held, community } = await aDoubt();
      const elsewhere = await aPlatform();
      expect(await decide(held, 'leave', elsewhere.community)).toBe(false);
      expect(await decide(held, 'leave', community)).toBe(true);
    });

    it('is asked again under its own id where that makes no second message', async () => {
      const { held, ...at } = await aDoubt();
      await on.store.outbox.askAgain(held);
      expect((await at.leaseOne()).id).toBe(held.id);
      expect(await on.store.outbox.doubts([at.platform], 5)).toEqual([]);
    });
  });

  describe('deliveries that belong together', () => {
    it('are cancelled together while they wait; one that is being sent goes on', async () => {
      const at = await aPlatform();
      const subject = newName('subject');
      for (const part of ['sending', 'leased', 'waiting']) await at.add(part, { key: [subject, part] });
      await at.add('another', { key: [newName('subject')] });
      const [first, second] = await at.lease(2);
      if (first !== undefined) await on.store.outbox.begin(first, minute);
      expect(await write((tx) => tx.outbox.cancel(subject, 'answered'))).toBe(2);
      expect(second === undefined ? null : await on.store.outbox.begin(second, minute)).toBe(false);
      expect(await at.counts()).toEqual({ sending: 1, skipped: 2, pending: 1 });
    });

    it('wait for each other: the thread for its post, and what goes into it for the thread', async () => {
      const at = await aPlatform();
      const says = { route: 'test', args: {} };
      await at.add('post');
      await at.add('thread', { sending: { kind: 'thread', of: ['post'], says } });
      await at.add('inside', {
        sending: { kind: 'post', to: { kind: 'thread-of', of: ['thread'] }, says },
      });
      const post = await at.leaseOne();
      expect(await at.lease()).toEqual([]);
      await on.store.outbox.begin(post, minute);
      await on.store.outbox.finish(post, sent);
      const thread = await at.leaseOne();
      expect(thread).toMatchObject({ sending: { kind: 'thread' }, after: { state: 'sent', sent: sent.sent } });
      const place = { kind: 'thread', channel: 'post', thread: '1' } as const;
      await on.store.outbox.begin(thread, minute);
      await on.store.outbox.finish(thread, { kind: 'sent', sent: { ...sent.sent, thread: place } });
      expect(await at.leaseOne()).toMatchObject({ after: { sent: { thread: place } } });
    });

    it('go without a post that was refused, and wait for one that is a doubt until it is decided', async () => {
      const at = await aPlatform();
      const says = { route: 'test', args: {} };
      await at.add('post');
      await at.add('thread', { sending: { kind: 'thread', of: ['post'], says } });
      const post = await at.leaseOne();
      await on.store.outbox.begin(post, minute);
      await on.store.outbox.finish(post, { kind: 'uncertain' });
      expect(await at.lease()).toEqual([]);
      await write((tx) => tx.outbox.decide(post.id, 'post-again', null));
      const again = await at.leaseOne();
      expect(again.sending).toMatchObject({ kind: 'post' });
      expect(await at.lease()).toEqual([]);
      await on.store.outbox.finish(again, { kind: 'refused', reason: 'no-permission' });
      expect(await at.leaseOne()).toMatchObject({ after: { state: 'refused', sent: null } });
    });

    it('change a post one at a time, and only the newest counts', async () => {
      const at = await aPlatform();
      const edit = (args: string) => ({
        sending: { kind: 'edit', of: ['post'], says: { route: 'test', args } } as const,
      });
      await at.add('post');
      const post = await at.leaseOne();
      await on.store.outbox.begin(post, minute);
      await on.store.outbox.finish(post, sent);
      await at.add('first edit', edit('1'));
      await at.add('second edit', edit('2'));
      const second = await at.leaseOne();
      expect(second).toMatchObject({ sending: { says: { args: '2' } }, after: { sent: sent.sent } });
      await on.store.outbox.begin(second, minute);
      await at.add('third edit', edit('3'));
      expect(await at.lease()).toEqual([]);
      await on.store.outbox.finish(second, { kind: 'later', waitMs: 0 });
      const both = await at.lease();
      const args = both.map(({ overdue, sending }) => [overdue, 'says' in sending && sending.says.args]);
      expect(args.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
        [null, '3'],
        ['superseded', '2'],
      ]);
    });
  });

  describe('a pace', () => {
    const key = async () => on.store.outbox.paceOf(newName('bot'));

    it('gives turns at even distances, to whoever asks', async () => {
      const pace = await key();
      const turns = await Promise.all([1, 2, 3, 4].map(() => on.store.outbox.takeTurn(pace, 1_000, minute)));
      const waits = turns.map(({ waitMs }) => waitMs).toSorted((a, b) => a - b);
      expect(turns.every(({ kind }) => kind === 'taken')).toBe(true);
      expect(waits[0]).toBe(0);
      for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThan(i * 1_000 - 900);
    });

    it('gives none beyond the horizon, and says when to ask again', async () => {
      const pace = await key();
      expect(await on.store.outbox.takeTurn(pace, minute, 0)).toEqual({ kind: 'taken', waitMs: 0 });
      const refused = await on.store.outbox.takeTurn(pace, minute, 1_000);
      expect(refused.kind).toBe('refused');
      expect(refused.waitMs).toBeGreaterThan(minute / 2);
    });

    it('that a platform closes stays closed for everybody, and holds its place back alone', async () => {
      const at = await aPlatform();
      await at.add('busy');
      await at.add('quiet');
      const both = await at.lease();
      const busy = both.find(({ sending }) => JSON.stringify(sending).includes('busy'));
      if (busy === undefined) throw new Error('Not leased');
      await on.store.outbox.close(busy.pace, minute);
      for (const one of both) await on.store.outbox.giveBack(one, 0, false);
      const leased = await at.lease();
      expect(leased.map(({ id }) => id)).not.toContain(busy.id);
      expect(leased).toHaveLength(1);
      const until = await on.store.outbox.untilNext([at.platform]);
      expect(until).toBeGreaterThan(minute / 2);
    });
  });

  describe('what is for one member', () => {
    it('goes to their account, under their key, and goes when they do', async () => {
      const at = await aPlatform();
      const ref = { ...newAccount(), platform: at.platform };
      const account = await on.join(ref);
      const owner: Owner = { kind: 'member', member: account.member.id, account: account.id };
      await at.add('one', {
        owner,
        sending: { kind: 'post', to: { kind: 'owner' }, says: { route: 'test', args: 1 } },
      });
      expect(await at.leaseOne()).toMatchObject({ ref, owner, sending: { to: { kind: 'owner' } } });
      await write((tx) => tx.outbox.erase(account.member.id));
      expect(await at.counts()).toEqual({});
    });
  });

  describe('a job', () => {
    it('is run for each planned instant by one process only', async () => {
      const name = newName('job');
      const at = (iso: string) => Temporal.Instant.from(iso);
      expect(await on.store.jobs.claim(name, at('2026-03-01T12:17Z'))).toBe(true);
      expect(await on.store.jobs.claim(name, at('2026-03-01T12:17Z'))).toBe(false);
      expect(await on.store.jobs.claim(name, at('2026-03-01T11:17Z'))).toBe(false);
      await on.store.jobs.ended(name, 'Error ENOSPC');
      const found = (await on.store.jobs.all()).find((job) => job.name === name);
      expect(found).toMatchObject({ lastError: 'Error ENOSPC' });
      expect(found?.endedAt).not.toBeNull();
      expect(await on.store.jobs.claim(name, at('2026-03-01T13:17Z'))).toBe(true);
    });
  });
}
