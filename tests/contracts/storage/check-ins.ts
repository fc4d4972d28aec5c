import { describe, expect, it } from 'vitest';
import type { CheckIn, Details } from '../../../src/core/checkins/checkin.ts';
import type { CopingSession } from '../../../src/core/coping/store.ts';
import { day, newAccount, now, type StorageUnderTest, same } from './fixtures.ts';

export function checkInsContract(on: StorageUnderTest): void {
  const { write, join } = on;

  describe('check-ins', () => {
    const checkInOn = (on: string, details: Details = {}, late = false): CheckIn => ({
      day: day(on),
      checkedInAt: now,
      late,
      details,
    });

    it('keeps one check-in a day: the second takes the place of the first, whole', async () => {
      const { member } = await join(newAccount());
      const full = checkInOn('2026-03-08', { mood: 4, craving: 7, feelings: ['angry'], used: true, note: 'n' });
      const bare = { ...checkInOn('2026-03-08', { mood: 2 }, true), checkedInAt: now.add({ hours: 1 }) };
      await write((tx) => tx.checkIns.put(member.id, full));
      await write((tx) => tx.checkIns.put(member.id, bare));
      expect(same(await on.store.checkIns.find(member.id, bare.day))).toEqual(same(bare));
      expect((await on.store.checkIns.history(member.id, 'whole')).days).toEqual(['2026-03-08']);
    });

    it.each<[string, Details]>([
      ['nothing but the act', {}],
      ['every lowest value', { mood: 1, craving: 0, confidence: 0, feelings: [], used: false, note: '' }],
      ['every highest value', { mood: 5, craving: 10, confidence: 10, used: true, note: 'a'.repeat(4_000) }],
      ['all four feelings, in their order', { feelings: ['tired', 'hungry', 'lonely', 'angry'] }],
      ['a note as it was written', { note: ' 🫂👩‍👩‍👧 "quoted" \'so\'\r\n\tand\\n; -- 100% naïve\u2028{"a":1} ' }],
    ])('gives back %s', async (_, details) => {
      const { member } = await join(newAccount());
      const checkIn = checkInOn('2026-03-08', details, true);
      await write((tx) => tx.checkIns.put(member.id, checkIn));
      const found = await on.store.checkIns.find(member.id, checkIn.day);
      expect(same(found)).toStrictEqual(same(checkIn));
      expect(same(await on.store.checkIns.since(member.id, checkIn.day))).toStrictEqual(same([checkIn]));
    });

    it('gives days, and the check-ins from a day on, oldest first, of one member alone', async () => {
      const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
      const days = ['2026-03-10', '2025-12-31', '2026-03-09', '2026-01-01'];
      for (const on of days) await write((tx) => tx.checkIns.put(member.id, checkInOn(on)));
      await write((tx) => tx.checkIns.put(other.member.id, checkInOn('2026-02-01')));
      expect((await on.store.checkIns.history(member.id, 'whole')).days).toEqual([
        '2025-12-31',
        '2026-01-01',
        '2026-03-09',
        '2026-03-10',
      ]);
      const since = async (from: string) =>
        (await on.store.checkIns.since(member.id, day(from))).map((checkIn) => checkIn.day);
      expect(await since('2026-01-01')).toEqual(['2026-01-01', '2026-03-09', '2026-03-10']);
      expect(await since('2026-01-02')).toEqual(['2026-03-09', '2026-03-10']);
      expect(await since('2026-03-11')).toEqual([]);
      expect(await on.store.checkIns.find(member.id, day('2026-02-01'))).toBeNull();
    });

    it('goes on from what was folded, until a pause changes', async () => {
      const { member } = await join(newAccount());
      const said = checkInOn('2026-03-09', { mood: 3, note: 'after what was folded' });
      for (const checkIn of [checkInOn('2026-03-07'), checkInOn('2026-03-08'), said]) {
        await write((tx) => tx.checkIns.put(member.id, checkIn));
      }
      const folded = { through: day('2026-03-08'), inARow: 2, best: 5, total: 9, first: null, livedSinceMiss: 6 };
      const history = () => on.store.checkIns.history(member.id);
      const changes = [
        () => write((tx) => tx.members.addPause(member.id, day('2026-03-01'), null)),
        async () => {
          const [pause] = await on.store.members.pauses(member.id);
          if (pause === undefined) throw new Error('The pause is lost');
          await write((tx) => tx.members.changePause(member.id, { ...pause, until: day('2026-03-02') }));
        },
        async () => {
          for (const { id } of await on.store.members.pauses(member.id)) {
            await write((tx) => tx.members.removePause(member.id, id));
          }
        },
      ];
      for (const change of changes) {
        await write((tx) => tx.checkIns.keepStreak(member.id, 5, folded));
        const after = await history();
        expect([after.folded, after.days]).toEqual([folded, ['2026-03-09']]);
        expect(same(after.checkIn(said.day))).toEqual(same(said));
        expect(after.checkIn(day('2026-03-08'))).toBeNull();
        await change();
        const whole = await history();
        expect([whole.folded, whole.days.length]).toEqual([null, 3]);
      }
    });

    it('keeps the longest streak where it is longer, and never a shorter one', async () => {
      const ref = newAccount();
      const { member } = await join(ref);
      for (const best of [4, 9, 2]) await write((tx) => tx.checkIns.keepStreak(member.id, best, null));
      expect((await on.memberOf(ref))?.bestInARow).toBe(9);
    });

    it('takes no check-in of somebody who is not there', async () => {
      const { member } = await join(newAccount());
      const nobody = `${member.id}x` as typeof member.id;
      await expect(write((tx) => tx.checkIns.put(nobody, checkInOn('2026-03-08')))).rejects.toBeInstanceOf(Error);
      expect((await on.store.checkIns.history(nobody, 'whole')).days).toEqual([]);
    });
  });

  describe('coping sessions', () => {
    const run = (id: string, about: Partial<CopingSession> = {}): CopingSession => ({
      id,
      strategyId: 'urge-surfing',
      trigger: null,
      before: 7,
      after: 3,
      endedAt: now,
      ...about,
    });

    it('gives the runs with both ratings, newest first, 0 being a rating', async () => {
      const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
      const runs = [
        run('middle', { endedAt: now.add({ milliseconds: 1 }), trigger: 'a "row" 🌧' }),
        run('no-before', { before: null }),
        run('no-after', { after: null }),
        run('other-strategy', { strategyId: 'box-breathing' }),
        run('newest', { endedAt: now.add({ hours: 1 }), before: 0, after: 0 }),
        run('oldest'),
      ];
      for (const session of runs) await write((tx) => tx.coping.put(member.id, session));
      await write((tx) => tx.coping.put(other.member.id, run('of-another', { before: 2 })));
      const rated = await on.store.coping.rated(member.id, 'urge-surfing');
      expect(rated.map(({ id }) => id)).toEqual(['newest', 'middle', 'oldest']);
      expect(same(rated[0])).toMatchObject(same(runs[4]) as object);
      expect(same(rated[1])).toMatchObject(same(runs[0]) as object);
    });

    it('replaces a run that is there already, and leaves the same id of another member alone', async () => {
      const [{ member }, other] = [await join(newAccount()), await join(newAccount())];
      await write((tx) => tx.coping.put(other.member.id, run('one', { before: 9 })));
      await write((tx) => tx.coping.put(member.id, run('one', { after: null })));
      expect(await on.store.coping.rated(member.id, 'urge-surfing')).toEqual([]);
      await write((tx) => tx.coping.put(member.id, run('one', { before: 6 })));
      await write((tx) => tx.coping.put(member.id, run('one', { before: 5 })));
      expect(await on.store.coping.rated(member.id, 'urge-surfing')).toMatchObject([
        { id: 'one', before: 5, after: 3 },
      ]);
      expect(await on.store.coping.rated(other.member.id, 'urge-surfing')).toMatchObject([{ id: 'one', before: 9 }]);
    });
  });
}
