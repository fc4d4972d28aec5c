import { describe, expect, it } from 'vitest';
import { storeNames } from '../../../src/core/rooms.ts';
import type { AccountRef, CommunityId, MemberId } from '../../../src/core/values/ids.ts';
import { day, newAccount, newName, newYork, now, type StorageUnderTest } from './fixtures.ts';

/** Taking all that is a member's along, erasing it, and making two members one. The commands for it ask these. */
export function roomDataContract(on: StorageUnderTest): void {
  const { write, join } = on;
  const later = now.add({ hours: 1 });

  /** A member who has said something to every room. */
  async function someone(words: string): Promise<{ ref: AccountRef; id: MemberId; community: CommunityId }> {
    const ref = newAccount();
    const account = await join(ref);
    const { id } = account.member;
    const harbor = { platform: 'memory', key: newName('harbor') };
    const community = await write(async (tx) => {
      const { id: communityId } = await tx.communities.change(harbor, { country: 'IE' }, now);
      await tx.members.noteCommunity(account.id, communityId);
      await tx.members.change(id, { ownWords: words, zone: newYork });
      await tx.members.addPause(id, day('2026-01-01'), day('2026-01-03'));
      await tx.members.addZonePeriod(id, { since: now, zone: newYork, dayEndsAt: account.member.dayEndsAt });
      await tx.consents.answer(id, 'details', true);
      await tx.consents.answerInCommunity(id, communityId, 'alerts', true, now);
      for (const date of ['2026-03-01', '2026-03-02']) {
        await tx.checkIns.put(id, { day: day(date), checkedInAt: now, late: false, details: { note: words, mood: 2 } });
      }
      const run = { strategyId: 'breathe', trigger: null, before: 7, after: 3, endedAt: now };
      await tx.coping.put(id, { id: newName('run'), ...run });
      await tx.drafts.put(ref, 'form', JSON.stringify({ half: words }), later);
      await tx.idempotency.remember(account, 'one', JSON.stringify({ answered: words }), now);
      return communityId;
    });
    return { ref, id, community };
  }

  async function exportOf(id: MemberId): Promise<Record<string, readonly unknown[]>> {
    const tables: Record<string, unknown[]> = {};
    for (const name of storeNames) {
      for await (const { table, rows } of on.store[name].exportOf(id))
        tables[table] = [...(tables[table] ?? []), ...rows];
    }
    return tables;
  }

  const joined = (from: MemberId, into: MemberId) =>
    write(async (tx) => {
      for (const name of storeNames) await tx[name].join(from, into);
    });

  describe('all that is kept of a member', () => {
    it('can be taken along in plain values, from every table, and nobody else’s with it', async () => {
      const [amy, bob] = [await someone('amy’s own words'), await someone('bob’s own words')];
      const tables = await exportOf(amy.id);
      expect(tables).toMatchObject({
        Member: [{ ownWords: 'amy’s own words', zone: newYork, keepsDetails: true }],
        Account: [amy.ref],
        Pause: [{ fromDay: '2026-01-01', untilDay: '2026-01-03' }],
        ZonePeriod: [{ since: now.toString(), zone: newYork }],
        CommunityConsent: [{ communityId: amy.community, kind: 'alerts', agrees: true }],
        CheckIn: [
          { day: '2026-03-01', checkedInAt: now.toString(), late: false, note: 'amy’s own words', mood: 2 },
          { day: '2026-03-02', note: 'amy’s own words' },
        ],
        CopingSession: [{ strategyId: 'breathe', before: 7, after: 3 }],
        Draft: [{ kind: 'form', payload: { half: 'amy’s own words' } }],
        HandledRequest: [{ answer: { answered: 'amy’s own words' } }],
      });
      expect(JSON.parse(JSON.stringify(tables))).toEqual(tables);
      expect(JSON.stringify(tables)).not.toMatch(/bob/);
      expect(JSON.stringify(await exportOf(bob.id))).not.toMatch(/amy/);
    });

    it('comes in batches that miss no day, however many there are', async () => {
      const { member } = await join(newAccount());
      const days = Array.from({ length: 1_203 }, (_, i) =>
        day(
          now
            .add({ hours: 24 * i })
            .toString()
            .slice(0, 10),
        ),
      );
      await write(async (tx) => {
        for (const one of days)
          await tx.checkIns.put(member.id, { day: one, checkedInAt: now, late: false, details: {} });
      });
      const { CheckIn = [] } = await exportOf(member.id);
      expect(CheckIn.map((row) => (row as { day: string }).day)).toEqual(days);
    });

    it('has every answer of each account, also where three platforms gave their requests the same ids', async () => {
      const [amy, too, three] = [await someone('here'), await someone('there'), await someone('elsewhere')];
      // Of three each, so that a batch of 500 ends among answers of one id.
      const ids = Array.from({ length: 333 }, (_, i) => `same-${i}`);
      for (const { ref } of [amy, too, three]) {
        await write(async (tx) => {
          const account = await tx.members.ensure(ref, now);
          for (const id of ids) await tx.idempotency.remember(account, id, '"the same"', now);
        });
      }
      await joined(too.id, amy.id);
      await joined(three.id, amy.id);
      expect((await exportOf(amy.id))['HandledRequest']).toHaveLength(1_002);
      for (const { ref } of [amy, too, three]) {
        const answers = await Promise.all(ids.map((id) => on.store.idempotency.answer(ref, id)));
        expect(new Set(answers)).toEqual(new Set(['"the same"']));
      }
    });

    it('is erased from every table, and nobody else’s with it', async () => {
      const [amy, bob] = [await someone('amy'), await someone('bob')];
      const bobs = await exportOf(bob.id);
      await write(async (tx) => {
        for (const name of storeNames) await tx[name].erase(amy.id);
      });
      expect(await exportOf(amy.id)).toEqual({});
      expect(await on.store.members.find(amy.ref)).toBeNull();
      expect(await exportOf(bob.id)).toEqual(bobs);
    });

    it('outlives the community that they were in', async () => {
      const amy = await someone('amy');
      const { CommunityConsent: _, ...before } = await exportOf(amy.id);
      await write(async (tx) => {
        for (const name of storeNames) await tx[name].eraseCommunity(amy.community);
      });
      expect(await exportOf(amy.id)).toEqual(before);
      expect((await on.store.members.find(amy.ref))?.community).toBeNull();
      expect(await on.store.consents.inCommunity(amy.id, amy.community, 'alerts')).toBeNull();
    });
  });

  describe('two members who are the same person', () => {
    it('become one: what each said is there, under one key', async () => {
      const [amy, too] = [await someone('here'), await someone('there')];
      await write(async (tx) => {
        await tx.checkIns.put(too.id, {
          day: day('2026-03-03'),
          checkedInAt: later,
          late: true,
          details: { craving: 4 },
        });
      });
      await joined(too.id, amy.id);
      const one = await on.store.members.find(too.ref);
      expect(one?.member.id).toBe(amy.id);
      expect(one?.member.ownWords).toBe('here');
      expect(await exportOf(too.id)).toEqual({});
      const all = await exportOf(amy.id);
      expect(all).toMatchObject({
        CheckIn: [
          { day: '2026-03-01', note: 'here\nthere', mood: 2 },
          { day: '2026-03-02', note: 'here\nthere' },
          { day: '2026-03-03', craving: 4, late: true },
        ],
      });
      expect(new Set(all['Account'])).toMatchObject(new Set([amy.ref, too.ref]));
      for (const [table, count] of [
        ['CopingSession', 2],
        ['Draft', 2],
        ['HandledRequest', 2],
        ['Pause', 2],
      ] as const) {
        expect(all[table], table).toHaveLength(count);
      }
      expect(await on.store.drafts.find(too.ref, 'form', now)).toBe(JSON.stringify({ half: 'there' }));
      expect(await on.store.idempotency.answer(too.ref, 'one')).toBe(JSON.stringify({ answered: 'there' }));
      expect((await on.store.coping.rated(amy.id, 'breathe')).length).toBe(2);
    });

    it('keep a no of either, the longer streak, and nothing that was folded of one alone', async () => {
      const [amy, too] = [await someone('here'), await someone('there')];
      await write(async (tx) => {
        await tx.consents.answer(too.id, 'details', false);
        await tx.consents.answerInCommunity(too.id, amy.community, 'alerts', false, later);
        await tx.members.raiseBest(too.id, 12);
        const streak = { inARow: 2, best: 2, total: 2, first: day('2026-03-01') };
        const folded = { through: day('2026-03-02'), streak, state: null };
        await tx.checkIns.keepStreak(amy.id, 2, folded as never);
      });
      await joined(too.id, amy.id);
      const one = await on.memberOf(amy.ref);
      expect(one).toMatchObject({ keepsDetails: false, bestInARow: 12, zone: newYork });
      expect(await on.store.consents.inCommunity(amy.id, amy.community, 'alerts')).toBe(false);
      expect(await on.store.checkIns.history(amy.id)).toMatchObject({ folded: null });
    });
  });

  describe('what a member agreed to', () => {
    it('is null until they are asked, for each kind and each community by itself', async () => {
      const [ref, harbor, hillside] = [newAccount(), newName('harbor'), newName('hillside')];
      const { member } = await join(ref);
      expect(member).toMatchObject({ keepsDetails: null, keepsRatings: null });
      const [here, there] = await write(async (tx) => {
        await tx.consents.answer(member.id, 'ratings', false);
        const ids = [];
        for (const key of [harbor, hillside]) {
          ids.push((await tx.communities.change({ platform: 'memory', key }, {}, now)).id);
        }
        return ids;
      });
      expect(await on.memberOf(ref)).toMatchObject({ keepsDetails: null, keepsRatings: false });
      if (here === undefined || there === undefined) throw new Error('no communities');
      const told = (community: CommunityId) => on.store.consents.inCommunity(member.id, community, 'alerts');
      expect(await told(here)).toBeNull();
      await write((tx) => tx.consents.answerInCommunity(member.id, here, 'alerts', true, now));
      expect([await told(here), await told(there)]).toEqual([true, null]);
      await write((tx) => tx.consents.answerInCommunity(member.id, here, 'alerts', false, later));
      expect(await told(here)).toBe(false);
    });
  });
}
