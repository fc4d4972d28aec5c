import { describe, expect, it } from 'vitest';
import type { AccountRef } from '../../../src/core/values/ids.ts';
import { kolkata, newAccount, newName, newYork, now, remember, type StorageUnderTest } from './fixtures.ts';

export function conversationContract(on: StorageUnderTest): void {
  const { write, join } = on;

  describe('drafts', () => {
    const soon = now.add({ minutes: 30 });

    it('gives a draft back until the instant at which it expires', async () => {
      const ref = newAccount();
      await join(ref);
      const payload = '{"note":"🫂 \\"so\\"\\n"}';
      await write((tx) => tx.drafts.put(ref, 'form', payload, soon));
      expect(await on.store.drafts.find(ref, 'form', soon.subtract({ milliseconds: 1 }))).toBe(payload);
      expect(await on.store.drafts.find(ref, 'form', soon)).toBeNull();
    });

    it('keeps one of each kind an account, the newest', async () => {
      const [ref, other] = [newAccount(), newAccount()];
      await Promise.all([join(ref), join(other)]);
      await write((tx) => tx.drafts.put(ref, 'form', '1', now));
      await write((tx) => tx.drafts.put(ref, 'details', '2', soon));
      await write((tx) => tx.drafts.put(other, 'form', '3', soon));
      await write((tx) => tx.drafts.put(ref, 'form', '4', soon));
      expect(await on.store.drafts.find(ref, 'form', now)).toBe('4');
      expect(await on.store.drafts.find(ref, 'details', now)).toBe('2');
      expect(await on.store.drafts.find(other, 'form', now)).toBe('3');
      expect(await on.store.drafts.find(other, 'details', now)).toBeNull();
    });

    it('removes the draft that is meant, and nothing where there is none', async () => {
      const [ref, other] = [newAccount(), newAccount()];
      await Promise.all([join(ref), join(other)]);
      await write((tx) => tx.drafts.put(ref, 'form', '1', soon));
      await write((tx) => tx.drafts.put(ref, 'details', '2', soon));
      await write((tx) => tx.drafts.put(other, 'form', '3', soon));
      await write((tx) => tx.drafts.remove(ref, 'form'));
      await write((tx) => tx.drafts.remove(ref, 'form'));
      expect(await on.store.drafts.find(ref, 'form', now)).toBeNull();
      expect(await on.store.drafts.find(ref, 'details', now)).toBe('2');
      expect(await on.store.drafts.find(other, 'form', now)).toBe('3');
    });

    it('takes no draft of an account that is not there', async () => {
      const ref = newAccount();
      await expect(write((tx) => tx.drafts.put(ref, 'form', '1', soon))).rejects.toBeInstanceOf(Error);
      await join(ref);
      expect(await on.store.drafts.find(ref, 'form', now)).toBeNull();
    });
  });

  describe('handled requests', () => {
    const told = { locale: null, zone: null };
    const answerOf = (ref: AccountRef, id: string) => on.store.idempotency.answer(ref, id);

    it('note what the platform tells of an account, and keep it where it tells nothing', async () => {
      const ref = newAccount();
      const toldOf = async () => (await on.store.members.find(ref))?.told;
      const begin = (locale: string | null, zone: typeof newYork | null) =>
        write((tx) =>
          tx.idempotency.begin({ id: newName('request'), account: ref, community: null, told: { locale, zone } }, now),
        );
      await begin('de', newYork);
      expect(await toldOf()).toEqual({ locale: 'de', zone: newYork });
      await begin(null, null);
      expect(await toldOf()).toEqual({ locale: 'de', zone: newYork });
      await begin('en-GB', kolkata);
      expect(await toldOf()).toEqual({ locale: 'en-GB', zone: kolkata });
    });

    const joined = async () => {
      const ref = newAccount();
      await join(ref);
      return ref;
    };

    it('remembers the answer of a request, for the account that asked', async () => {
      const ref = await joined();
      expect(await answerOf(ref, 'one')).toBeNull();
      await write((tx) => remember(tx, ref, 'one', '{"blocks":["🫂\\n"]}'));
      expect(await answerOf(ref, 'one')).toBe('{"blocks":["🫂\\n"]}');
      expect(await answerOf({ ...ref, platform: `${ref.platform}x` }, 'one')).toBeNull();
    });

    it('handles a request that comes twice at once one time only', async () => {
      const ref = await joined();
      const handle = (answer: string) =>
        write(async (tx) => {
          const begun = await tx.idempotency.begin({ id: 'one', account: ref, community: null, told }, now);
          if (begun.answer === null) await tx.idempotency.remember(begun.account, 'one', answer, now);
          return begun.answer ?? answer;
        });
      const [one, other] = await Promise.all([handle('a'), handle('b')]);
      expect(one).toBe(other);
      expect(await answerOf(ref, 'one')).toBe(one);
    });

    it('never lets a second answer take the place of the first', async () => {
      const ref = await joined();
      await write((tx) => remember(tx, ref, 'one', 'first'));
      await expect(write((tx) => remember(tx, ref, 'one', 'second'))).rejects.toBeInstanceOf(Error);
      expect(await answerOf(ref, 'one')).toBe('first');
    });

    it('keeps the newest 500 answers of an account that sends a flood, and no flood', async () => {
      const [flooding, other] = [await joined(), await joined()];
      const count = 1_000;
      const flood = Array.from({ length: count }, (_, i) => i);
      await write((tx) => remember(tx, other, 'one', 'mine', now.subtract({ hours: 1 })));
      await write(async (tx) => {
        for (const i of flood) {
          const { account } = await tx.idempotency.begin({ id: `${i}`, account: flooding, community: null, told }, now);
          await tx.idempotency.remember(account, `${i}`, 'a', now.add({ milliseconds: i }));
        }
      });
      const answers = (...which: number[]) => Promise.all(which.map((i) => answerOf(flooding, `${i}`)));
      expect(await answers(500, 501, 600, 700, 800, 900, 998, 999)).not.toContain(null);
      // Surplus answers are looked for with some requests only, so some more may still be there.
      expect(await answers(0, 1, 20, 49)).toEqual([null, null, null, null]);
      expect(await answerOf(other, 'one')).toBe('mine');
    });

    it('forgets all answers of an account, and no one else’s', async () => {
      const [one, other] = [await joined(), await joined()];
      await write(async (tx) => {
        await remember(tx, one, 'a', 'a');
        await remember(tx, one, 'b', 'b');
        await remember(tx, other, 'c', 'c');
        await tx.idempotency.forget((await tx.members.ensure(one, now)).id);
      });
      expect(await answerOf(one, 'a')).toBeNull();
      expect(await answerOf(one, 'b')).toBeNull();
      expect(await answerOf(other, 'c')).toBe('c');
    });
  });
}
