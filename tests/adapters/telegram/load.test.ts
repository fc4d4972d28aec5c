import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { lockHolder, waitsOf } from '../../support/lock-holder.ts';
import { aBot, aStorage } from './bot.ts';

const perSecond = 50;
const seconds = 6;
const stalls = [1_000, 2_500, 4_000];
const stallMs = 500;

describe('50 commands a second, with the database stalled for half a second', () => {
  it('are acknowledged in time, and each is kept and seen once', { timeout: 60_000 }, async () => {
    const { store, file } = await aStorage();
    const { server } = await aBot({ store, answerWithinMs: 20_000 });
    const database = await lockHolder(file);
    const members = Array.from({ length: perSecond * seconds }, (_, i) => server.user(`member ${i}`));
    const before = server.updates.all.length;
    for (const at of stalls) void sleep(at).then(() => database.hold(stallMs));

    const seen = await Promise.all(
      members.map(async (member, i) => {
        await sleep((i * 1_000) / perSecond);
        return member.alone.says(`/checkin mood:${1 + (i % 5)}`);
      }),
    );

    for (const each of seen) {
      expect(each.text).toContain('1 check-in in a row');
      expect(each.messages).toHaveLength(1);
    }
    for (const { id } of members) {
      const account = await store.members.find({ platform: 'telegram', key: id });
      expect(await store.checkIns.days(account?.member.id as never)).toHaveLength(1);
    }
    const told = server.updates.all.slice(before);
    const answers = told.map(({ dispatchedAt, answeredAt }) => (answeredAt ?? 0) - dispatchedAt);
    expect(Math.max(...answers), 'the stall was felt').toBeGreaterThan(stallMs * 0.8);
    // Telegram waits for no acknowledgement; what counts is that the next poll comes at once.
    const { p99, slowest } = waitsOf(told);
    expect(p99).toBeLessThanOrEqual(1_000);
    expect(slowest).toBeLessThanOrEqual(3_000);
  });
});
