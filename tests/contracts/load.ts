import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/conversation/store.ts';
import { lockHolder, waitsOf } from '../support/lock-holder.ts';
import { volume } from '../support/volume.ts';

const perSecond = 50;
const { seconds, stalls } = volume({
  usual: { seconds: 2, stalls: [500] },
  full: { seconds: 6, stalls: [1_000, 2_500, 4_000] },
  soak: { seconds: 20, stalls: [1_000, 5_000, 9_000, 13_000] },
});
const stallMs = 500;

interface Told {
  readonly dispatchedAt: number;
  readonly acknowledgedAt: number | null;
  readonly answeredAt: number | null;
}

interface UnderLoad {
  readonly platform: string;
  /** The SQLite file that is stalled, and what is kept in it. */
  readonly file: string;
  readonly store: Store;
  /** Makes one more member, who can check in; gives the account's key. */
  member(number: number): {
    readonly key: string;
    checkIn(mood: number): Promise<{ text: string; messages: readonly unknown[] }>;
  };
  /** All that the bot was told of since. */
  told(): Promise<readonly Told[]>;
}

/** What every platform promises of many at once, while another program holds the database's write lock. */
export function loadContract(name: string, open: () => Promise<UnderLoad>): void {
  describe(`${name}: 50 commands a second, with the database stalled for half a second`, () => {
    it('are acknowledged in time, and each is kept and seen once', { timeout: 60_000 }, async () => {
      const { platform, file, store, member, told } = await open();
      const database = await lockHolder(file);
      const members = Array.from({ length: perSecond * seconds }, (_, i) => member(i));
      for (const at of stalls) void sleep(at).then(() => database.hold(stallMs));

      const seen = await Promise.all(
        members.map(async ({ checkIn }, i) => {
          await sleep((i * 1_000) / perSecond);
          return checkIn(1 + (i % 5));
        }),
      );

      for (const { text, messages } of seen) {
        expect(text).toContain('1 check-in in a row');
        expect(messages).toHaveLength(1);
      }
      for (const { key } of members) {
        const account = await store.members.find({ platform, key });
        expect((await store.checkIns.history(account?.member.id as never, 'whole')).days).toHaveLength(1);
      }
      const all = await told();
      const answers = all.map(({ dispatchedAt, answeredAt }) => (answeredAt ?? 0) - dispatchedAt);
      expect(Math.max(...answers), 'the stall was felt').toBeGreaterThan(stallMs * 0.8);
      const { p99, slowest } = waitsOf(all);
      expect(p99).toBeLessThanOrEqual(1_000);
      expect(slowest).toBeLessThanOrEqual(3_000);
    });
  });
}
