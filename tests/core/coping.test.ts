import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { content, openWorld, type Person, type Seen, type World } from '../support/world.ts';

let world: World;
let amy: Person;
beforeEach(async () => {
  world = await openWorld();
  amy = world.person('amy');
});
afterEach(() => world.close());

/** Presses on to the last step, and gives what is shown there. */
async function walk(seen: Seen): Promise<Seen> {
  let now = seen;
  while (now.buttons.includes('Next step')) now = await amy.presses('Next step');
  return amy.presses('Done with the last step');
}

async function sessions(strategyId: string) {
  const account = await world.store.members.find({ platform: 'memory', key: 'amy' });
  return account === null ? [] : world.store.coping.rated(account.member.id, strategyId);
}

describe('a strategy', () => {
  it('is walked through to its end, and rated before and after', async () => {
    await amy.says('/settings keep:yes');
    const intro = await amy.says('/cope about:craving');
    const strategy = content.strategies.find(({ name }) => intro.text.startsWith(name));
    expect(strategy?.for).toContain('craving');
    const first = await amy.presses('Strength 7 of 10');
    expect(first.text).toContain(strategy?.steps[0]);
    const rating = await walk(first);
    expect(rating.text).toContain('And now?');
    const done = await amy.presses('Strength 4 of 10');
    expect(done.text).toContain('Before 7, now 4.');
    expect(await sessions(strategy?.id ?? '')).toMatchObject([{ before: 7, after: 4, trigger: 'craving' }]);
  });

  it('is one run, however often its last button is pressed', async () => {
    await amy.says('/settings keep:yes');
    const intro = await amy.says('/cope about:angry');
    const strategy = content.strategies.find(({ name }) => intro.text.startsWith(name));
    await walk(await amy.presses('Strength 5 of 10'));
    const last = amy;
    await Promise.all([last.presses('Strength 3 of 10'), last.presses('Strength 3 of 10')]);
    expect(await sessions(strategy?.id ?? '')).toHaveLength(1);
  });

  it('keeps no number that the member did not allow', async () => {
    const intro = await amy.says('/cope about:craving');
    const strategy = content.strategies.find(({ name }) => intro.text.startsWith(name));
    await walk(await amy.presses('Strength 7 of 10'));
    await amy.presses('Strength 4 of 10');
    expect(await sessions(strategy?.id ?? '')).toEqual([]);
    expect((await amy.presses('Yes, keep them')).text).toContain('Kept, for you.');
    expect(await sessions(strategy?.id ?? '')).toMatchObject([{ before: 7, after: 4 }]);
  });

  it('claims nothing: it says how often the number was lower', async () => {
    await amy.says('/settings keep:yes');
    let done = '';
    for (const after of [3, 8, 2]) {
      const token = `cope.done:run${after}:urge-surfing:craving:7:${after}`;
      done = (await amy.asks({ kind: 'action', token })).text;
    }
    expect(done).toContain('Over 3 times that you rated it, the number was lower afterwards 2 times.');
  });

  it('can be swapped for another one, again and again', async () => {
    let seen = await amy.says('/cope about:craving');
    for (let i = 0; i < 5; i += 1) {
      const before = seen.text.split('\n')[0];
      seen = await amy.presses('Something else');
      expect(seen.text.split('\n')[0]).not.toBe(before);
    }
  });

  it('follows a craving at once, with a person first when it is very strong', async () => {
    const seen = await amy.says('/craving 9');
    expect(seen.text).toContain('Your craving now: 9 of 10.');
    expect(seen.buttons[0]).toBe('A person');
    expect((await amy.says('/craving 6')).buttons[0]).toBe('Begin');
  });

  it('shows the quiet way to help at every step', async () => {
    let seen = await amy.says('/cope just_one:yes');
    expect(seen.buttons).toContain('Get help now (private)');
    seen = await amy.presses('Begin without a number');
    while (seen.buttons.includes('Next step')) {
      expect(seen.buttons).toContain('Get help now (private)');
      seen = await amy.presses('Next step');
    }
    expect(seen.buttons).toContain('Get help now (private)');
  });
});
