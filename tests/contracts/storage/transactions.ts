import { describe, expect, it } from 'vitest';
import { rememberRequestsHours } from '../../../src/core/conversation/idempotency.ts';
import { sweep } from '../../../src/core/maintenance.ts';
import {
  at,
  day,
  meeting,
  midnight,
  newAccount,
  newName,
  newYork,
  now,
  remember,
  type StorageUnderTest,
  six,
} from './fixtures.ts';

export function transactionsContract(on: StorageUnderTest): void {
  const { write, join, memberOf } = on;

  describe('sweeping', () => {
    it('removes expired drafts and old requests for good, and keeps the others', async () => {
      const ref = newAccount();
      const ago = now.subtract({ hours: rememberRequestsHours });
      const inAMoment = now.add({ milliseconds: 1 });
      await join(ref);
      await write(async (tx) => {
        await tx.drafts.put(ref, 'form', 'expired', now);
        await tx.drafts.put(ref, 'details', 'open', inAMoment);
        await remember(tx, ref, `${ref.key}-old`, '1', ago.subtract({ milliseconds: 1 }));
        await remember(tx, ref, `${ref.key}-new`, '2', ago);
      });
      await sweep(on.store, now);
      // Asked as of long ago, an expired draft would still be seen if it were there.
      expect(await on.store.drafts.find(ref, 'form', at('2000-01-01T00:00Z'))).toBeNull();
      expect(await on.store.drafts.find(ref, 'details', now)).toBe('open');
      await write(async (tx) => {
        expect(await tx.idempotency.answer(ref, `${ref.key}-old`)).toBeNull();
        expect(await tx.idempotency.answer(ref, `${ref.key}-new`)).toBe('2');
      });
    });
  });

  describe('sweeping more than goes at once', () => {
    /** Two accounts with 301 old requests each. Gives the way to see how many of some of them are left. */
    const rememberOld = async () => {
      const refs = [newAccount(), newAccount()];
      const ids = Array.from({ length: 301 }, (_, i) => `old-${i}`);
      for (const ref of refs) {
        await write(async (tx) => {
          const account = await tx.members.ensure(ref, now);
          for (const id of ids) await tx.idempotency.remember(account, id, 'a', now);
        });
      }
      return async () => {
        const some = refs.flatMap((ref) => ids.filter((_, i) => i % 15 === 0).map((id) => ({ ref, id })));
        const answers = await Promise.all(some.map(({ ref, id }) => on.store.idempotency.answer(ref, id)));
        return answers.filter((answer) => answer !== null).length;
      };
    };
    const later = now.add({ hours: rememberRequestsHours + 1 });

    it('removes all of it', async () => {
      const left = await rememberOld();
      expect(await left()).toBe(42);
      await sweep(on.store, later);
      expect(await left()).toBe(0);
    });

    it('removes nothing more once it is to stop', async () => {
      const left = await rememberOld();
      await sweep(on.store, later, AbortSignal.abort());
      expect(await left()).toBe(42);
      await sweep(on.store, later);
      expect(await left()).toBe(0);
    });
  });

  describe('transactions', () => {
    const failure = new Error('on purpose');

    it('gives what the work gives, and sees its own writes before anybody else may', async () => {
      const ref = newAccount();
      const given = await write(async (tx) => {
        const { member } = await tx.members.ensure(ref, now);
        await tx.members.raiseBest(member.id, 4);
        return (await tx.members.find(ref))?.member.bestInARow;
      });
      expect(given).toBe(4);
    });

    it('leaves nothing of a transaction that throws, in any room', async () => {
      const [ref, known, community] = [newAccount(), newAccount(), newAccount()];
      const [arrived, left] = [newAccount(), newAccount()];
      await write((tx) => tx.communities.arrive(left, null, now));
      const { member } = await join(known);
      const [feed, importId, requestId] = [newName('feed'), newName('import'), newName('request')];
      const failing = write(async (tx) => {
        await tx.members.ensure(ref, now);
        await tx.members.change(member.id, { zone: newYork });
        await tx.members.raiseBest(member.id, 4);
        await tx.members.addZonePeriod(member.id, { since: now, zone: newYork, dayEndsAt: six });
        await tx.members.addPause(member.id, day('2026-03-01'), null);
        await tx.communities.change(community, { country: 'IE', moderators: 'helpers' }, now);
        await tx.communities.arrive(arrived, null, now);
        await tx.communities.leave(left, now);
        await tx.checkIns.put(member.id, { day: day('2026-03-08'), checkedInAt: now, late: false, details: {} });
        const rated = { strategyId: 's', trigger: null, before: 1, after: 1, endedAt: now };
        await tx.coping.put(member.id, { id: 'one', ...rated });
        await tx.drafts.put(known, 'form', '1', now.add({ hours: 1 }));
        await remember(tx, known, requestId, '1');
        await tx.meetings.addBatch({ name: feed, program: 'AA' }, importId, [meeting('a')], now);
        await tx.meetings.switchTo(feed, importId, now);
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      expect(await on.store.members.find(ref)).toBeNull();
      expect(await memberOf(known)).toEqual(member);
      expect((await on.store.checkIns.history(member.id, 'whole')).periods).toEqual([]);
      expect(await on.store.members.pauses(member.id)).toEqual([]);
      expect(await on.store.communities.find(community)).toBeNull();
      expect(await on.store.communities.find(arrived)).toBeNull();
      expect(await on.store.communities.present(left.platform)).toContain(left.key);
      expect((await on.store.checkIns.history(member.id, 'whole')).days).toEqual([]);
      expect(await on.store.coping.rated(member.id, 's')).toEqual([]);
      expect(await on.store.drafts.find(known, 'form', now)).toBeNull();
      expect(await write((tx) => tx.idempotency.answer(known, requestId))).toBeNull();
      expect((await on.store.meetings.feeds()).map(({ name }) => name)).not.toContain(feed);
      expect((await on.store.meetings.times()).map(({ ref }) => ref.importId)).not.toContain(importId);
    });

    it('counts both of two transactions that add to the same row at once', async () => {
      const ref = newAccount();
      const { member } = await join(ref);
      const addOne = () =>
        write(async (tx) => {
          const before = (await tx.members.find(ref))?.member.bestInARow ?? 0;
          await tx.members.raiseBest(member.id, before + 1);
        });
      await Promise.all(Array.from({ length: 10 }, addOne));
      expect((await memberOf(ref))?.bestInARow).toBe(10);
    });

    it('keeps what another wrote while a transaction was open that rolls back', async () => {
      const [ref, other] = [newAccount(), newAccount()];
      await join(ref);
      await write((tx) => tx.drafts.put(ref, 'form', 'expired', now));
      let beside: Promise<unknown>[] = [];
      const failing = write(async (tx) => {
        await tx.members.ensure(newAccount(), now);
        beside = [join(other), sweep(on.store, now)];
        await tx.members.ensure(newAccount(), now);
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      await Promise.all(beside);
      expect(await on.store.members.find(other)).not.toBeNull();
      expect(await on.store.drafts.find(ref, 'form', at('2000-01-01T00:00Z'))).toBeNull();
    });

    it('never shows a plain read what a transaction has not committed', async () => {
      const ref = newAccount();
      let beside: Promise<unknown> = Promise.resolve();
      const failing = write(async (tx) => {
        await tx.members.ensure(ref, now);
        beside = on.store.members.find(ref);
        await tx.members.ensure(newAccount(), now);
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      expect(await beside).toBeNull();
    });

    it('goes on after a transaction that failed', async () => {
      await expect(write(() => Promise.reject(failure))).rejects.toBe(failure);
      const ref = newAccount();
      const made = await join(ref);
      expect(await on.store.members.find(ref)).toEqual(made);
    });

    it('takes no write for a transaction that is over', async () => {
      const ref = newAccount();
      const { member } = await join(ref);
      const over = await write(async (tx) => ({ tx }));
      await expect(over.tx.members.raiseBest(member.id, 9)).rejects.toBeInstanceOf(Error);
      expect((await memberOf(ref))?.bestInARow).toBe(0);
    });
  });

  it('keeps the milliseconds of every instant', async () => {
    const ref = newAccount();
    const { member } = await join(ref);
    const instants = ['1969-12-31T23:59:59.999Z', '2026-03-08T06:59:30.001Z', '2199-01-01T00:00:00.500Z'].map(at);
    for (const [i, instant] of instants.entries()) {
      const on = day(`2026-03-0${i + 1}`);
      await write(async (tx) => {
        await tx.members.addZonePeriod(member.id, { since: instant, zone: newYork, dayEndsAt: midnight });
        await tx.checkIns.put(member.id, { day: on, checkedInAt: instant, late: false, details: {} });
        const rated = { strategyId: 's', trigger: null, before: 1, after: 1, endedAt: instant };
        await tx.coping.put(member.id, { id: String(i), ...rated });
      });
    }
    const wanted = instants.map(String);
    expect((await on.store.checkIns.history(member.id, 'whole')).periods.map(({ since }) => String(since))).toEqual(
      wanted,
    );
    const checkIns = await on.store.checkIns.since(member.id, day('2026-03-01'));
    expect(checkIns.map(({ checkedInAt }) => String(checkedInAt))).toEqual(wanted);
    const rated = await on.store.coping.rated(member.id, 's');
    expect(rated.map(({ endedAt }) => String(endedAt))).toEqual(wanted.toReversed());
  });
}
