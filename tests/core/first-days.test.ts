import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorld, type World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const newYork = 'America/New_York';

describe('a member on their first days', () => {
  it('counts the very first check-in, before anything is asked', async () => {
    world.itIs('2026-03-01T21:40', newYork);
    const amy = world.person('amy', { zone: newYork });
    const seen = await amy.says('/checkin mood:4');
    expect(seen.text).toContain('1 check-in in a row. That is your first one, and it counts.');
    expect(seen.text).toContain('Mood: 4 of 5');
    expect(seen.buttons).toContain('Yes, keep it');
  });

  it('asks three questions, one tap each, and ends with what would help', async () => {
    world.itIs('2026-03-01T21:40', newYork);
    const amy = world.person('amy', { zone: newYork });
    await amy.says('/checkin mood:4');
    expect((await amy.presses('Yes, keep it')).text).toContain('Is it 21:40 where you are?');
    expect((await amy.presses('Yes, it is 21:40')).text).toContain('Which country are you in?');
    const last = await amy.presses('Ireland');
    expect(last.text).toContain('Ireland, then. Its helplines are what /sos shows you.');
    expect(last.buttons).toEqual(expect.arrayContaining(['Craving now', 'A person', 'A meeting', 'Check in']));
    expect((await amy.says('/sos')).text).toContain('Samaritans');
  });

  it('lets every question be skipped', async () => {
    const amy = world.person('amy');
    await amy.says('/checkin');
    await amy.presses('Not now');
    await amy.presses('Skip');
    expect((await amy.presses('Skip')).text).toContain('What would help now?');
    expect((await amy.says('/progress')).text).toContain('1 check-in in a row');
  });

  it('takes whatever zone the platform tells for an answer', async () => {
    world.itIs('2026-03-01T21:40', 'GMT');
    const amy = world.person('amy', { zone: 'GMT' });
    await amy.says('/checkin');
    await amy.presses('Yes, keep it');
    expect((await amy.presses('Yes, it is 21:40')).text).toContain('Which country are you in?');
  });

  it('meets two missed days with a beginning, and keeps the total', async () => {
    const amy = world.person('amy', { zone: newYork });
    world.itIs('2026-03-01T09:00', newYork);
    await amy.says('/checkin');
    world.itIs('2026-03-02T09:00', newYork);
    expect((await amy.says('/checkin')).text).toContain('2 check-ins in a row');
    world.itIs('2026-03-05T09:00', newYork);
    const back = await amy.says('/checkin');
    expect(back.text).toContain('A new beginning: 1 check-in in a row. All 3 of your check-ins still count.');
  });
});
