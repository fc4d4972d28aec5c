import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type Person, type World } from '../support/world.ts';

let world: World;
let amy: Person;
beforeEach(async () => {
  world = await openWorld();
  world.itIs('2026-03-10T09:00', 'UTC');
  amy = world.person('amy', { zone: 'UTC' });
});
afterEach(() => world.close());

async function settled(): Promise<void> {
  await amy.says('/settings keep:yes');
}

async function kept() {
  const account = await world.store.members.find({ platform: 'memory', key: 'amy' });
  if (account === null) return [];
  return world.store.checkIns.since(account.member.id, '2000-01-01' as never);
}

describe('what is said with a check-in', () => {
  it('is not kept until the member says yes, and then is', async () => {
    const seen = await amy.says('/checkin mood:4 note:"slept well"');
    expect(seen.text).toContain('Shall I keep what you just told me');
    expect((await kept())[0]?.details).toEqual({});
    expect((await amy.presses('Yes, keep it')).text).toContain('Kept, for you.');
    expect((await kept())[0]?.details).toEqual({ mood: 4, note: 'slept well' });
  });

  it('is never kept after a no; one tap still counts', async () => {
    await amy.says('/checkin craving:6');
    expect((await amy.presses('No, just the check-in')).text).toContain('only the check-in itself is kept');
    const seen = await amy.says('/checkin mood:2 note:"private"');
    expect(seen.text).toContain('was not kept, as you chose');
    expect(seen.text).not.toContain('private\n');
    expect((await kept()).map(({ details }) => details)).toEqual([{}]);
    expect((await amy.says('/progress')).text).toContain('1 check-in in a row');
  });

  it('is nowhere any more after a no, not even in what is remembered for repeats', async () => {
    const asked = { kind: 'command', name: 'checkin', options: { note: 'canary', used: true } } as const;
    await amy.asks(asked, 'with a note');
    const remembered = () => world.store.idempotency.answer({ platform: 'memory', key: 'amy' }, 'with a note');
    expect(await remembered()).toContain('canary');
    await amy.presses('No, just the check-in');
    expect(await remembered()).toBeNull();
    expect(await world.store.drafts.find({ platform: 'memory', key: 'amy' }, 'details', world.now())).toBeNull();
    await amy.asks({ ...asked, options: { note: 'canary' } }, 'after the no');
    expect(await world.store.idempotency.answer({ platform: 'memory', key: 'amy' }, 'after the no')).not.toContain(
      'canary',
    );
  });

  it('is settled by /settings too: a no there forgets, a yes there keeps', async () => {
    await amy.says('/checkin note:"canary"');
    await amy.says('/settings keep:yes');
    expect((await kept())[0]?.details).toEqual({ note: 'canary' });
    const bob = world.person('bob', { zone: 'UTC' });
    await bob.asks({ kind: 'command', name: 'checkin', options: { note: 'canary' } }, 'bob');
    await bob.says('/settings keep:no');
    expect(await world.store.idempotency.answer({ platform: 'memory', key: 'bob' }, 'bob')).toBeNull();
  });

  it('is not kept by a yes that comes a day late', async () => {
    const seen = await amy.says('/checkin note:"tonight only"');
    world.itIs('2026-03-11T09:01', 'UTC');
    expect(seen.buttons).toContain('Yes, keep it');
    expect((await amy.presses('Yes, keep it')).text).toContain('From now on I keep');
    expect((await kept()).map(({ details }) => details)).toEqual([{}]);
  });

  it('is added to the same day: numbers are replaced, notes are joined', async () => {
    await settled();
    await amy.says('/checkin mood:2 craving:5 note:"rough morning"');
    const seen = await amy.says('/checkin mood:4 note:"called a friend"');
    expect(seen.text).toContain("Today's check-in, updated");
    expect(seen.text).toContain('1 check-in in a row. 1 check-in in all.');
    expect((await kept())[0]?.details).toEqual({ mood: 4, craving: 5, note: 'rough morning\ncalled a friend' });
  });

  it('never lets more wait for a yes than a day can hold', async () => {
    for (const letter of 'abcd') await amy.says(`/checkin note:"${letter.repeat(999)}"`);
    expect((await amy.says(`/checkin note:"${'e'.repeat(999)}"`)).answer).toMatchObject({ reason: 'bad-input' });
    await amy.says('/settings keep:yes');
    expect((await kept())[0]?.details.note).toHaveLength(4 * 999 + 3);
  });

  it('never loses a note that the day has no more room for', async () => {
    await settled();
    for (const letter of 'abcd') await amy.says(`/checkin note:"${letter.repeat(999)}"`);
    const seen = await amy.says(`/checkin note:"${'e'.repeat(999)}"`);
    expect(seen.text).toContain('The notes of this day are full: together they can hold 4,000 characters.');
    expect((await kept())[0]?.details.note).toContain('d'.repeat(999));
  });
});

describe('a hard day', () => {
  beforeEach(settled);

  it.each([
    'mood:2',
    'mood:1',
    'craving:7',
    'craving:8',
    'confidence:3',
  ])('with %s is offered company', async (said) => {
    const seen = await amy.says(`/checkin ${said}`);
    expect(seen.text).toContain('Would one of these be good company right now?');
    expect(seen.buttons.slice(0, 3)).toEqual(['Something to do now', 'A meeting', 'A person']);
    expect(seen.text).toContain('1 check-in in a row');
  });

  it.each(['mood:3', 'craving:6', 'confidence:4'])('does not begin at %s', async (said) => {
    expect((await amy.says(`/checkin ${said}`)).text).not.toContain('company');
  });

  it.each([9, 10])('with a craving of %d comes to a person first', async (craving) => {
    const seen = await amy.says(`/checkin craving:${craving} mood:1`);
    expect(seen.buttons.slice(0, 3)).toEqual(['A person', 'Craving now', 'A meeting']);
  });

  it('on which someone used is met with warmth, and counts', async () => {
    await amy.says('/checkin');
    world.itIs('2026-03-11T09:00', 'UTC');
    const seen = await amy.says('/checkin used:yes');
    expect(seen.text).toContain('Thank you for saying so.');
    expect(seen.text).toContain('2 check-ins in a row');
    expect(seen.text).toContain('after a break, the body takes less');
    expect(seen.text).not.toMatch(/relapse|fail|lost|reset|clean|dirty|!/i);
  });

  it('always shows the quiet way to help', async () => {
    for (const line of ['/checkin', '/checkin mood:1', '/checkin used:yes', '/checkin craving:10']) {
      expect((await amy.says(line)).buttons).toContain('Get help now (private)');
    }
  });
});

describe('yesterday', () => {
  it('can be filled in until today ends, and counts fully', async () => {
    await amy.says('/checkin');
    world.itIs('2026-03-12T23:59', 'UTC');
    await amy.says('/checkin');
    const seen = await amy.presses('Check in for yesterday too');
    expect(seen.text).toContain('Checked in for yesterday');
    expect(seen.text).toContain('3 check-ins in a row');
    expect((await kept()).map(({ day, late }) => [day, late])).toEqual([
      ['2026-03-10', false],
      ['2026-03-11', true],
      ['2026-03-12', false],
    ]);
  });

  it('is the last day that the member lived, when a date was skipped', async () => {
    await amy.says('/settings zone:Pacific/Honolulu day_ends:06:00');
    world.itIs('2026-05-02T09:00', 'Pacific/Honolulu');
    await amy.says('/checkin');
    world.itIs('2026-05-03T05:00', 'Pacific/Honolulu');
    await amy.says('/settings zone:Pacific/Kiritimati day_ends:00:00');
    await amy.says('/checkin day:yesterday');
    expect((await kept()).map(({ day }) => day)).toEqual(['2026-05-02']);
    await amy.says('/checkin');
    expect((await amy.says('/progress')).text).toContain('2 check-ins in a row');
    expect((await kept()).map(({ day }) => day)).toEqual(['2026-05-02', '2026-05-04']);
  });

  it('is not offered to someone who only began today', async () => {
    expect((await amy.says('/checkin')).buttons).not.toContain('Check in for yesterday too');
  });
});

describe('a day', () => {
  it('ends when the member says that it does', async () => {
    await amy.says('/settings day_ends:3:00');
    world.itIs('2026-03-11T02:59', 'UTC');
    await amy.says('/checkin');
    world.itIs('2026-03-11T03:00', 'UTC');
    expect((await amy.says('/checkin')).text).toContain('2 check-ins in a row');
    expect((await kept()).map(({ day }) => day)).toEqual(['2026-03-10', '2026-03-11']);
  });

  it('that is checked in stays where it is when the member moves', async () => {
    await amy.says('/checkin');
    await amy.says('/settings zone:Tokyo');
    expect((await kept()).map(({ day }) => day)).toEqual(['2026-03-10']);
  });

  it('before its check-in shows yesterday’s streak: nobody wakes up to zero', async () => {
    await amy.says('/checkin');
    world.itIs('2026-03-11T06:00', 'UTC');
    expect((await amy.says('/progress')).text).toContain('1 check-in in a row');
  });
});

describe('a pause', () => {
  it('takes its days out, also when it is set afterwards', async () => {
    await amy.says('/checkin');
    world.itIs('2026-03-20T09:00', 'UTC');
    expect((await amy.says('/progress')).text).toContain('Ready when you are');
    await amy.says('/settings pause_from:2026-03-11 pause_until:2026-03-19');
    expect((await amy.says('/checkin')).text).toContain('2 check-ins in a row');
  });

  it('goes on until the member ends it, and says that nothing counts against them', async () => {
    await amy.says('/checkin');
    await amy.says('/settings pause_from:2026-03-11');
    world.itIs('2026-04-20T09:00', 'UTC');
    expect((await amy.says('/progress')).text).toContain('You are on a pause. No day of it counts against you');
    await amy.says('/settings');
    expect((await amy.presses('End the pause')).text).toContain('The pause is over from today.');
    expect((await amy.says('/checkin')).text).toContain('2 check-ins in a row');
  });

  it('that overlaps another is one with it', async () => {
    await amy.says('/settings pause_from:2026-03-08 pause_until:2026-03-12');
    await amy.says('/settings pause_from:2026-03-11 pause_until:2026-03-15');
    expect((await amy.says('/settings')).text).toContain('Pause: 2026-03-08 to 2026-03-15');
    await amy.says('/settings pause_from:2026-03-01');
    expect((await amy.says('/settings')).text).toContain('Pause: from 2026-03-01, until you end it');
  });

  it('without an end gets one when an end is said', async () => {
    await amy.says('/settings pause_from:2026-03-01');
    expect((await amy.says('/settings pause_until:2026-03-20')).text).toContain('Pause: 2026-03-01 to 2026-03-20');
  });

  it('that is to come is left alone when the one of today is ended', async () => {
    await amy.says('/settings pause_from:2026-03-08 pause_until:2026-03-12');
    await amy.says('/settings pause_from:2026-04-01 pause_until:2026-04-05');
    expect((await amy.presses('End the pause')).text).toContain('Pause: 2026-04-01 to 2026-04-05');
    expect((await amy.presses('End the pause')).text).toContain('The pause that was to come is taken back.');
  });

  it('that is taken back lowers no figure that was shown as the longest', async () => {
    await amy.says('/checkin');
    await amy.says('/settings pause_from:2026-03-11');
    world.itIs('2026-03-20T09:00', 'UTC');
    await amy.says('/checkin');
    expect((await amy.says('/progress')).text).toContain('Longest run: 2 check-ins in a row');
    const account = await world.store.members.find({ platform: 'memory', key: 'amy' });
    const member = account?.member.id ?? ('' as never);
    const [pause] = await world.store.members.pauses(member);
    await world.store.transaction((tx) => tx.members.removePause(member, pause?.id ?? ''));
    const seen = await amy.says('/progress');
    expect(seen.text).toContain('1 check-in in a row');
    expect(seen.text).toContain('Longest run: 2 check-ins in a row');
  });
});

describe('a streak that was folded', () => {
  it('is the same after the clock was set back, and after it is right again', async () => {
    const noonOf = (day: number) => world.itIs(`2026-03-${day}T12:00`, 'UTC');
    for (const day of [10, 11, 12, 13, 14]) {
      noonOf(day);
      await amy.says('/checkin');
    }
    noonOf(11);
    expect((await amy.says('/checkin note:again')).text).toContain('5 check-ins in a row');
    noonOf(15);
    expect((await amy.says('/checkin')).text).toContain('6 check-ins in a row. 6 check-ins in all.');
  });
});

describe('settings', () => {
  it('are changed all together or not at all', async () => {
    await amy.says('/settings zone:Berlin pause_from:2026-03-09 pause_until:2026-03-01');
    expect((await amy.says('/settings')).text).toContain('UTC, which is a guess');
    await amy.says('/settings Berlin country:at words:"in recovery"');
    const seen = await amy.says('/settings');
    expect(seen.text).toContain('Time zone: Berlin');
    expect(seen.text).toContain('Country: Austria');
    expect(seen.text).toContain('My words: in recovery');
  });

  it('of plain messages sends new ones, and changes none that was read', async () => {
    await amy.says('/cope just_one:yes');
    expect((await amy.presses('Begin without a number')).answer.kind).toBe('replace');
    await amy.says('/settings plain:yes');
    await amy.says('/cope just_one:yes');
    expect((await amy.presses('Begin without a number')).answer.kind).toBe('reply');
  });

  it('give names of zones as people write them', async () => {
    for (const [given, shown] of [
      ['asia/kolkata', 'Kolkata'],
      ['são paulo', 'Sao Paulo'],
      ['utc', 'UTC'],
      ['America/Argentina/Buenos_Aires', 'Buenos Aires'],
    ] as const) {
      expect((await amy.says(`/settings zone:"${given}"`)).text).toContain(`Time zone: ${shown}`);
    }
  });
});
