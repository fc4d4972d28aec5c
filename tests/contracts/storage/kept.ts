import { describe, expect, it } from 'vitest';
import { newName, now, type StorageUnderTest } from './fixtures.ts';

export function keptContract(on: StorageUnderTest): void {
  const { write } = on;
  describe('what an adapter keeps of its own', () => {
    it('is there until it is replaced or removed, and is no other platform’s', async () => {
      const [one, other] = [newName('platform'), newName('platform')];
      const all = (platform: string) => on.store.adapterStates.all(platform);
      await write((tx) => tx.adapterStates.put({ platform: one, key: 'T1' }, 'a token', now));
      await write((tx) => tx.adapterStates.put({ platform: one, key: 'T2' }, 'another', now));
      await write((tx) => tx.adapterStates.put({ platform: other, key: 'T1' }, 'elsewhere', now));
      await write((tx) => tx.adapterStates.put({ platform: one, key: 'T1' }, 'a newer token', now));
      expect(new Set(await all(one))).toEqual(
        new Set([
          { key: 'T1', text: 'a newer token' },
          { key: 'T2', text: 'another' },
        ]),
      );
      await write((tx) => tx.adapterStates.remove({ platform: one, key: 'T2' }));
      await write((tx) => tx.adapterStates.remove({ platform: one, key: 'never there' }));
      expect(await all(one)).toEqual([{ key: 'T1', text: 'a newer token' }]);
      expect(await all(other)).toEqual([{ key: 'T1', text: 'elsewhere' }]);
    });
  });
}
