import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MemberId } from '../../src/core/values/ids.ts';
import { addDays, type Day } from '../../src/core/values/time.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

const today = '2026-10-01' as Day;
const ago = (days: number) => addDays(today, -days);

let world: World;
let amy: Person;
let member: MemberId;
beforeEach(async () => {
  world = await openWorld();
  world.itIs(`${today}T09:00`, 'UTC');
  amy = world.person('amy', { zone: 'UTC' });
  await amy.says('/settings keep:no');
  const account = await world.store.members.find({ platform: 'memory', key: 'amy' });
  if (account === null) throw new Error('Amy is not known');
  member = account.member.id;
});
afterEach(() => world.close());

const pauses = async () =>
  (await world.store.members.pauses(member)).map(({ from, until }) => `${from} to ${until ?? '…'}`);

describe('pauses that follow each other', () => {
  it('are one once the first is over', async () => {
    await amy.says(`/settings pause_from:${ago(9)} pause_until:${ago(7)}`);
    await amy.says(`/settings pause_from:${ago(6)} pause_until:${ago(-3)}`);
    await amy.says(`/settings pause_from:${ago(12)} pause_until:${ago(10)}`);
    expect(await pauses()).toEqual([`${ago(12)} to ${ago(-3)}`]);
  });

  it('stay two where the second is open, so that an end said for the first does not end it', async () => {
    await amy.says(`/settings pause_from:${ago(6)}`);
    await amy.says(`/settings pause_from:${ago(9)} pause_until:${ago(7)}`);
    await amy.says(`/settings pause_from:${ago(8)} pause_until:${ago(8)}`);
    expect(await pauses()).toEqual([`${ago(9)} to ${ago(7)}`, `${ago(6)} to …`]);
  });

  it('stay two before that, so that the second outlives the end of the first', async () => {
    await amy.says(`/settings pause_from:${ago(1)} pause_until:${ago(-1)}`);
    await amy.says(`/settings pause_from:${ago(-2)} pause_until:${ago(-4)}`);
    await amy.presses('End the pause');
    expect(await pauses()).toEqual([`${ago(1)} to ${ago(1)}`, `${ago(-2)} to ${ago(-4)}`]);
  });

  it('stay two where a day lies between them', async () => {
    await amy.says(`/settings pause_from:${ago(9)} pause_until:${ago(7)}`);
    await amy.says(`/settings pause_from:${ago(5)} pause_until:${ago(4)}`);
    expect(await pauses()).toHaveLength(2);
  });
});

describe('a pause after a hundred others', () => {
  /** Checks in every other day for 200 days and pauses on the days between, two days the first time. */
  async function checksInBetweenPauses(): Promise<void> {
    await world.store.transaction(async (tx) => {
      const checksIn = (day: Day) =>
        tx.checkIns.put(member, { day, checkedInAt: world.now(), late: false, details: {} });
      await checksIn(ago(206));
      await tx.members.addPause(member, ago(205), ago(204));
      for (let days = 203; days > 5; days -= 2) {
        await checksIn(ago(days));
        await tx.members.addPause(member, ago(days - 1), ago(days - 1));
      }
      for (let days = 5; days > 0; days -= 1) await checksIn(ago(days));
    });
  }

  it('is refused where the oldest still holds the streak together, and nothing is changed', async () => {
    await checksInBetweenPauses();
    const before = await pauses();
    expect(before).toHaveLength(100);
    expect((await amy.says('/progress')).text).toContain('105 check-ins in a row');
    const seen = await amy.says(`/settings zone:Berlin pause_from:${ago(-5)} pause_until:${ago(-8)}`);
    expect(seen.text).toContain('I can keep 100 pauses for you');
    expect(await pauses()).toEqual(before);
    expect((await amy.says('/settings')).text).not.toContain('Berlin');
    expect((await amy.says('/progress')).text).toContain('105 check-ins in a row');
  });

  it('takes the place of the oldest where no figure needs that any more', async () => {
    await checksInBetweenPauses();
    await amy.says('/progress');
    const [oldest] = await world.store.members.pauses(member);
    await world.store.transaction(async (tx) => {
      await tx.members.removePause(member, oldest?.id ?? '');
      await tx.members.addPause(member, ago(400), ago(390));
    });
    const figures = (await amy.says('/progress')).text;
    expect((await amy.says(`/settings pause_from:${ago(-5)} pause_until:${ago(-8)}`)).text).toContain('Saved.');
    const after = await pauses();
    expect(after).toHaveLength(100);
    expect(after).not.toContain(`${ago(400)} to ${ago(390)}`);
    expect(after.at(-1)).toBe(`${ago(-5)} to ${ago(-8)}`);
    expect((await amy.says('/progress')).text).toBe(figures);
  });

  it('never takes the place of one that is not over', async () => {
    await world.store.transaction(async (tx) => {
      for (let days = 1; days <= 100; days += 1) await tx.members.addPause(member, ago(-3 * days), ago(-3 * days));
    });
    expect((await amy.says(`/settings pause_from:${ago(9)} pause_until:${ago(7)}`)).text).toContain('I can keep 100');
    expect(await pauses()).toHaveLength(100);
  });
});
