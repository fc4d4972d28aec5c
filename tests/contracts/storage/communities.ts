import { describe, expect, it } from 'vitest';
import { sweep } from '../../../src/core/maintenance.ts';
import type { AccountRef } from '../../../src/core/values/ids.ts';
import { newAccount, newName, newYork, now, type StorageUnderTest } from './fixtures.ts';

export function communitiesContract(on: StorageUnderTest): void {
  const { write, join } = on;
  const newCommunity = (platform = 'memory'): AccountRef => ({ platform, key: newName('community') });
  const arrive = (ref: AccountRef, when = now) => write((tx) => tx.communities.arrive(ref, null, when));
  const leave = (ref: AccountRef, when = now) => write((tx) => tx.communities.leave(ref, when));
  const find = (ref: AccountRef) => on.store.communities.find(ref);
  const isIn = async ({ platform, key }: AccountRef) => (await on.store.communities.present(platform)).includes(key);
  const unset = {
    zone: null,
    country: null,
    locale: null,
    moderators: null,
    checkInPlace: null,
    alertPlace: null,
  };

  describe('what a community set', () => {
    it('is made at its first change, and only what is given is changed', async () => {
      const ref = newCommunity();
      expect(await find(ref)).toBeNull();
      const made = await write((tx) => tx.communities.change(ref, { zone: newYork }, now));
      expect(made).toEqual({ ...unset, id: made.id, zone: newYork });
      const changed = await write((tx) => tx.communities.change(ref, { country: 'IE', moderators: 'role-1' }, now));
      expect(changed).toEqual({ ...unset, id: made.id, zone: newYork, country: 'IE', moderators: 'role-1' });
      const cleared = await write((tx) => tx.communities.change(ref, { zone: null }, now));
      expect(cleared).toEqual({ ...unset, id: made.id, country: 'IE', moderators: 'role-1' });
      expect(await find(ref)).toEqual(cleared);
      expect(await find(newCommunity())).toBeNull();
    });

    it('forgets the group that moderates when that is taken back', async () => {
      const ref = newCommunity();
      await write((tx) => tx.communities.change(ref, { country: 'IE', moderators: 'role-1' }, now));
      await write((tx) => tx.communities.change(ref, { moderators: null }, now));
      expect(await find(ref)).toMatchObject({ country: 'IE', moderators: null });
    });

    it('keeps where it wants check-ins and alerts, and forgets each when that is taken back', async () => {
      const ref = newCommunity();
      const checkInPlace = { kind: 'channel', channel: 'general' } as const;
      const alertPlace = { kind: 'thread', channel: 'helpers', thread: 'alerts' } as const;
      await write((tx) => tx.communities.change(ref, { country: 'IE', checkInPlace }, now));
      await write((tx) => tx.communities.change(ref, { alertPlace }, now));
      expect(await find(ref)).toMatchObject({ country: 'IE', checkInPlace, alertPlace });
      await write((tx) => tx.communities.change(ref, { checkInPlace: null }, now));
      expect(await find(ref)).toMatchObject({ checkInPlace: null, alertPlace });
      await write((tx) => tx.communities.change(ref, { alertPlace: null }, now));
      expect(await find(ref)).toMatchObject({ country: 'IE', checkInPlace: null, alertPlace: null });
    });

    it('names its group at its first change too', async () => {
      const ref = newCommunity();
      await write((tx) => tx.communities.change(ref, { moderators: 'role-1' }, now));
      expect(await find(ref)).toMatchObject({ ...unset, moderators: 'role-1' });
    });

    it('holds for an account that last asked from there; who moderates there is no part of that', async () => {
      const ref = newAccount();
      const account = await join(ref);
      expect(account.community).toBeNull();
      const settings = { country: 'IE', moderators: 'role-1' };
      const { id } = await write((tx) => tx.communities.change(newCommunity(), settings, now));
      await write((tx) => tx.members.noteCommunity(account.id, id));
      expect((await on.store.members.find(ref))?.community).toEqual({ id, zone: null, country: 'IE' });
    });
  });

  describe('the community that an account last asked from', () => {
    it('is known by the platform’s own name of it', async () => {
      const ref = newAccount();
      expect(await on.store.communities.lastOf(ref)).toBeNull();
      const account = await join(ref);
      expect(await on.store.communities.lastOf(ref)).toBeNull();
      const place = newCommunity();
      const { id } = await write((tx) => tx.communities.change(place, { country: 'IE' }, now));
      await write((tx) => tx.members.noteCommunity(account.id, id));
      expect(await on.store.communities.lastOf(ref)).toBe(place.key);
    });
  });

  describe('a community that the platform gives another name', () => {
    it('keeps what it set, who moderates, and who last asked from there', async () => {
      const [before, after] = [newCommunity(), newCommunity()];
      const account = newAccount();
      const { id: accountId } = await join(account);
      const settings = { country: 'IE', moderators: 'role-1' };
      const { id } = await write((tx) => tx.communities.change(before, settings, now));
      await write((tx) => tx.members.noteCommunity(accountId, id));
      await leave(before);
      await write((tx) => tx.communities.move(before, after.key));
      expect(await find(before)).toBeNull();
      expect(await find(after)).toMatchObject({ id, ...settings });
      expect(await isIn(after)).toBe(true);
      expect(await on.store.communities.lastOf(account)).toBe(after.key);
      await write((tx) => tx.communities.move(before, after.key));
      expect(await find(after)).toMatchObject({ id });
    });

    it('takes along the places in its own chat, and leaves those elsewhere as they are', async () => {
      const [before, after] = [newCommunity(), newCommunity()];
      const checkInPlace = { kind: 'thread', channel: before.key, thread: '7' } as const;
      const alertPlace = { kind: 'channel', channel: 'helpers' } as const;
      await write((tx) => tx.communities.change(before, { checkInPlace, alertPlace }, now));
      await write((tx) => tx.communities.move(before, after.key));
      expect(await find(after)).toMatchObject({ checkInPlace: { ...checkInPlace, channel: after.key }, alertPlace });
    });

    it('takes the place of what was noted under the new name a moment before', async () => {
      const [before, after] = [newCommunity(), newCommunity()];
      await write((tx) => tx.communities.change(before, { country: 'IE' }, now));
      await arrive(after);
      await write((tx) => tx.communities.move(before, after.key));
      expect(await find(after)).toMatchObject({ country: 'IE' });
      expect(await arrive(after)).toBeNull();
    });
  });

  describe('where the bot is', () => {
    it('says that a community is new at its first arrival, and never again', async () => {
      const ref = newCommunity();
      expect(await arrive(ref)).not.toBeNull();
      expect(await arrive(ref)).toBeNull();
      await leave(ref);
      expect(await arrive(ref)).toBeNull();
      expect(await find(ref)).toMatchObject(unset);
    });

    it('tells one of two processes alone that a community is new, when both say it at once', async () => {
      const ref = newCommunity();
      const told = await Promise.all(Array.from({ length: 4 }, () => arrive(ref)));
      expect(told.filter((isNew) => isNew)).toHaveLength(1);
      expect((await on.store.communities.present(ref.platform)).filter((key) => key === ref.key)).toHaveLength(1);
    });

    it('is not new in a community that set something before it arrived', async () => {
      const ref = newCommunity();
      await write((tx) => tx.communities.change(ref, { country: 'IE' }, now));
      expect(await isIn(ref)).toBe(true);
      expect(await arrive(ref)).toBeNull();
      expect(await find(ref)).toMatchObject({ country: 'IE' });
    });

    it('lists those that it is in, of the platform that is meant, by their own names', async () => {
      const platform = newName('platform');
      const [one, other, left] = [newCommunity(platform), newCommunity(platform), newCommunity(platform)];
      for (const ref of [one, other, left, { ...left, platform: `${platform}x` }]) await arrive(ref);
      await leave(left);
      expect((await on.store.communities.present(platform)).toSorted()).toEqual([one.key, other.key].toSorted());
      expect(await on.store.communities.present(`${platform}x`)).toEqual([left.key]);
      expect(await on.store.communities.present(newName('platform'))).toEqual([]);
    });

    it('lists a network of some hundred communities, each once', async () => {
      const platform = newName('platform');
      const refs = Array.from({ length: 600 }, () => newCommunity(platform));
      await write(async (tx) => {
        for (const ref of refs) await tx.communities.arrive(ref, null, now);
      });
      const present = await on.store.communities.present(platform);
      expect(present.toSorted()).toEqual(refs.map(({ key }) => key).toSorted());
    }, 30_000);

    it('keeps what a community set when the bot leaves, and finds it when it comes back', async () => {
      const ref = newCommunity();
      const set = await write((tx) => tx.communities.change(ref, { country: 'IE', moderators: 'role-1' }, now));
      await leave(ref);
      expect(await isIn(ref)).toBe(false);
      expect(await find(ref)).toEqual(set);
      await arrive(ref);
      expect(await isIn(ref)).toBe(true);
      expect(await find(ref)).toEqual(set);
    });

    it('is not brought back by a change in a community that it left', async () => {
      const ref = newCommunity();
      await arrive(ref);
      await leave(ref);
      await write((tx) => tx.communities.change(ref, { country: 'IE' }, now));
      expect(await isIn(ref)).toBe(false);
    });

    it('keeps its language until another is told', async () => {
      const ref = newCommunity();
      const localeOf = async () => (await find(ref))?.locale;
      await write((tx) => tx.communities.arrive(ref, 'de', now));
      await write((tx) => tx.communities.arrive(ref, null, now));
      expect(await localeOf()).toBe('de');
      await write((tx) => tx.communities.change(ref, { locale: 'es-ES' }, now));
      expect(await localeOf()).toBe('es-ES');
    });

    it('makes nothing of leaving a community that nobody knows', async () => {
      const ref = newCommunity();
      await leave(ref);
      expect(await find(ref)).toBeNull();
    });
  });

  describe('sweeping communities', () => {
    const days = (count: number) => now.add({ hours: 24 * count });
    const sweepLeft = (before: typeof now) => sweep(on.store, before.add({ hours: 30 * 24 }));

    it('erases one that was left before, and keeps those that are there, came back or were left since', async () => {
      const [gone, there, back, justLeft] = [newCommunity(), newCommunity(), newCommunity(), newCommunity()];
      for (const ref of [gone, there, back, justLeft]) {
        await write((tx) => tx.communities.change(ref, { country: 'IE', moderators: 'role-1' }, days(-300)));
      }
      await leave(gone, days(-200).subtract({ milliseconds: 1 }));
      await leave(back, days(-300));
      await arrive(back, days(-250));
      await leave(justLeft, days(-200));
      await sweepLeft(days(-200));
      expect(await find(gone)).toBeNull();
      for (const ref of [there, back, justLeft]) expect(await find(ref)).toMatchObject({ country: 'IE' });
      expect(await arrive(gone)).not.toBeNull();
      expect(await find(gone)).toMatchObject(unset);
    });

    it('counts from the day on which it was left, however often that is said', async () => {
      const ref = newCommunity();
      await arrive(ref, days(-300));
      await leave(ref, days(-201));
      await leave(ref, days(-100));
      await sweepLeft(days(-200));
      expect(await find(ref)).toBeNull();
    });

    it('leaves its members all that is theirs', async () => {
      const [ref, account] = [newCommunity(), newAccount()];
      const { id, member } = await join(account);
      await write(async (tx) => {
        const { id: community } = await tx.communities.change(ref, { country: 'IE' }, now);
        await tx.members.noteCommunity(id, community);
        await tx.members.change(member.id, { ownWords: 'sober 🌱' });
      });
      await leave(ref, days(-201));
      await sweepLeft(days(-200));
      expect(await find(ref)).toBeNull();
      const after = await on.store.members.find(account);
      expect(after).toMatchObject({ id, member: { ...member, ownWords: 'sober 🌱' }, community: null });
    });
  });
}
