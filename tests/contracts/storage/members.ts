import { describe, expect, it } from 'vitest';
import { day, kolkata, midnight, newAccount, newYork, now, type StorageUnderTest, same, six } from './fixtures.ts';

export function membersContract(on: StorageUnderTest): void {
  const { write, join, memberOf } = on;

  describe('members', () => {
    it('makes an account once and finds it again', async () => {
      const ref = newAccount();
      expect(await on.store.members.find(ref)).toBeNull();
      const made = await join(ref);
      expect(await join(ref)).toEqual(made);
      expect(await on.store.members.find(ref)).toEqual(made);
    });

    it('knows nothing of a new member that they did not say', async () => {
      const { member } = await join(newAccount());
      const unsaid = { zone: null, country: null, ownWords: null, keepsDetails: null };
      expect(member).toMatchObject({ ...unsaid, dayEndsAt: '00:00', plainMessages: false, bestInARow: 0 });
    });

    it('tells accounts apart by platform and by key, down to the letter', async () => {
      const { platform, key } = newAccount();
      const refs = [
        { platform, key },
        { platform: `${platform}x`, key },
        { platform, key: key.toUpperCase() },
      ];
      const made = await Promise.all(refs.map(join));
      expect(new Set(made.map(({ id }) => id)).size).toBe(3);
      expect(new Set(made.map(({ member }) => member.id)).size).toBe(3);
    });

    it('makes one member of an account that is ensured twice at once', async () => {
      const ref = newAccount();
      const [one, other] = await Promise.all([join(ref), join(ref)]);
      expect(one).toEqual(other);
      expect(await on.store.members.find(ref)).toEqual(one);
    });

    it('keeps each setting, and leaves the others as they are', async () => {
      const ref = newAccount();
      const { member } = await join(ref);
      await write((tx) => tx.members.change(member.id, { zone: newYork, dayEndsAt: six, ownWords: 'sober 🌱' }));
      await write((tx) => tx.members.change(member.id, { country: 'IE', plainMessages: true }));
      const said = { zone: newYork, dayEndsAt: six, ownWords: 'sober 🌱' };
      const then = { country: 'IE', plainMessages: true };
      expect(await memberOf(ref)).toEqual({ ...member, ...said, ...then });
    });

    it('keeps null as null', async () => {
      const ref = newAccount();
      const { member } = await join(ref);
      const all = { zone: newYork, country: 'IE', ownWords: 'sober' };
      await write((tx) => tx.members.change(member.id, all));
      await write((tx) => tx.members.change(member.id, { zone: null, country: null, ownWords: null }));
      expect(await memberOf(ref)).toEqual(member);
    });

    it('changes one member and no other', async () => {
      const ref = newAccount();
      const untouched = await join(ref);
      const { member } = await join(newAccount());
      await write((tx) => tx.members.change(member.id, { country: 'IE' }));
      await write((tx) => tx.members.raiseBest(member.id, 9));
      expect(await on.store.members.find(ref)).toEqual(untouched);
    });

    it('raises the best run and never lowers it', async () => {
      const ref = newAccount();
      const { member } = await join(ref);
      const best = async (inARow: number) => {
        await write((tx) => tx.members.raiseBest(member.id, inARow));
        return (await memberOf(ref))?.bestInARow;
      };
      expect([await best(5), await best(3), await best(5), await best(7), await best(0)]).toEqual([5, 5, 5, 7, 7]);
    });

    it('gives zone periods oldest first, whatever the order they came in', async () => {
      const { member } = await join(newAccount());
      const later = { since: now.add({ hours: 5 }), zone: kolkata, dayEndsAt: six };
      const first = { since: now, zone: newYork, dayEndsAt: midnight };
      await write((tx) => tx.members.addZonePeriod(member.id, later));
      await write((tx) => tx.members.addZonePeriod(member.id, first));
      expect(same((await on.store.checkIns.history(member.id, 'whole')).periods)).toEqual(same([first, later]));
      expect((await on.store.checkIns.history((await join(newAccount())).member.id, 'whole')).periods).toEqual([]);
    });

    it('replaces a zone period that begins at the same instant, and only that one', async () => {
      const { member } = await join(newAccount());
      const next = { since: now.add({ milliseconds: 1 }), zone: newYork, dayEndsAt: midnight };
      await write((tx) => tx.members.addZonePeriod(member.id, { since: now, zone: newYork, dayEndsAt: midnight }));
      await write((tx) => tx.members.addZonePeriod(member.id, next));
      await write((tx) => tx.members.addZonePeriod(member.id, { since: now, zone: kolkata, dayEndsAt: six }));
      const after = [{ since: now, zone: kolkata, dayEndsAt: six }, next];
      expect(same((await on.store.checkIns.history(member.id, 'whole')).periods)).toEqual(same(after));
    });

    it('gives the newest hundred zone periods, and removes those before an instant some at a time', async () => {
      const { member } = await join(newAccount());
      const hour = (hours: number) => now.add({ hours });
      await write(async (tx) => {
        for (let i = 0; i < 110; i += 1) {
          await tx.members.addZonePeriod(member.id, { since: hour(i), zone: newYork, dayEndsAt: six });
        }
      });
      const hours = async () =>
        (await on.store.checkIns.history(member.id, 'whole')).periods.map(({ since }) =>
          since.since(now).total('hours'),
        );
      expect(await hours()).toEqual(Array.from({ length: 100 }, (_, i) => i + 10));
      await write((tx) => tx.members.removeZonePeriodsBefore(member.id, hour(107), 104));
      expect(await hours()).toHaveLength(6);
      await write((tx) => tx.members.removeZonePeriodsBefore(member.id, hour(107), 104));
      expect(await hours()).toEqual([107, 108, 109]);
    });

    it('removes the zone period that is meant, of the member that is meant', async () => {
      const [one, other] = [await join(newAccount()), await join(newAccount())];
      const later = { since: now.add({ hours: 5 }), zone: kolkata, dayEndsAt: six };
      for (const { member } of [one, other]) {
        await write((tx) => tx.members.addZonePeriod(member.id, { since: now, zone: newYork, dayEndsAt: six }));
        await write((tx) => tx.members.addZonePeriod(member.id, later));
      }
      await write((tx) => tx.members.removeZonePeriod(one.member.id, now));
      expect(same((await on.store.checkIns.history(one.member.id, 'whole')).periods)).toEqual(same([later]));
      expect((await on.store.checkIns.history(other.member.id, 'whole')).periods).toHaveLength(2);
    });

    it('keeps pauses, with an end or without, in the order of their first days', async () => {
      const { member } = await join(newAccount());
      await write((tx) => tx.members.addPause(member.id, day('2026-05-01'), null));
      await write((tx) => tx.members.addPause(member.id, day('2026-03-01'), day('2026-03-04')));
      const pauses = await on.store.members.pauses(member.id);
      expect(pauses.map(({ from, until }) => [from, until])).toEqual([
        ['2026-03-01', '2026-03-04'],
        ['2026-05-01', null],
      ]);
      expect(new Set(pauses.map(({ id }) => id)).size).toBe(2);
    });

    it('changes and removes the pause that is meant, of the member that is meant', async () => {
      const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
      await write((tx) => tx.members.addPause(member.id, day('2026-03-01'), null));
      await write((tx) => tx.members.addPause(member.id, day('2026-05-01'), null));
      const [march, may] = await on.store.members.pauses(member.id);
      if (march === undefined || may === undefined) throw new Error('A pause is lost');
      const changed = { id: march.id, from: day('2026-03-02'), until: day('2026-03-09') };
      await write((tx) => tx.members.changePause(member.id, changed));
      expect(await on.store.members.pauses(member.id)).toEqual([changed, may]);
      await write((tx) => tx.members.changePause(other.member.id, { ...changed, until: null }));
      await write((tx) => tx.members.removePause(other.member.id, may.id));
      expect(await on.store.members.pauses(member.id)).toEqual([changed, may]);
      await write((tx) => tx.members.removePause(member.id, march.id));
      expect(await on.store.members.pauses(member.id)).toEqual([may]);
    });
  });
}
