import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/core/conversation/store.ts';
import { HandrailError } from '../../src/core/values/errors.ts';
import type { Log, LogFields } from '../../src/core/values/log.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const longNote = 'x'.repeat(100_000);

describe('what does not fit', () => {
  it.each([
    ['/chekin', "I don't know /chekin. /help lists what you can ask."],
    ['/checkin moood:4', 'There is no option “moood” here. There are: mood, craving'],
    ['/checkin mood:9', 'Mood takes a whole number from 1 to 5. You gave “9”.'],
    ['/checkin mood:-1', 'Mood takes a whole number from 1 to 5. You gave “-1”.'],
    ['/checkin mood:1e0', 'You gave “1e0”.'],
    ['/checkin day:tomorrow', 'Day can be today and yesterday. You gave “tomorrow”.'],
    ['/checkin feelings:hangry', 'How I am can be any of hungry, angry, lonely, and tired. You gave “hangry”.'],
    ['/checkin used:perhaps', 'I used takes yes or no. You gave “perhaps”.'],
    [
      `/checkin note:"${longNote}"`,
      'Note can hold 1,000 characters. Yours has 100,000. Nothing was changed; your words are still',
    ],
    ['/settings zone:Atlantis', "I don't know the time zone “Atlantis”."],
    ['/settings zone:+02:00', "I don't know the time zone “+02:00”."],
    ['/settings day_ends:07:00', 'Your day can end between 00:00 and 06:00. “07:00” is outside that'],
    ['/settings country:Narnia', "I don't know the country “Narnia”."],
    ['/settings pause_from:2026-02-30', '“2026-02-30” is no date that I can read.'],
    ['/settings pause_from:2026-03-08 pause_until:2026-03-01', "A pause from 2026-03-08 until 2026-03-01 doesn't work"],
    ['/settings pause_from:0001-01-01', 'both must lie within ten years of today'],
  ])('%.40s gets a clear sentence, and changes nothing', async (line, sentence) => {
    const amy = world.person('amy');
    const seen = await amy.says(line);
    expect(seen.answer.kind).toBe('refused');
    expect(seen.text).toContain(sentence);
    expect(seen.text).not.toMatch(/undefined|\bat .*\.ts|Error/);
    expect((await amy.says('/progress')).text).toContain('Nothing here yet');
  });

  it('says every problem at once, beside its field', async () => {
    const { answer } = await world.person('amy').says('/checkin mood:9 craving:11');
    expect(answer).toMatchObject({ problems: [{ field: 'mood' }, { field: 'craving' }] });
  });

  it('leaves invisible characters out, and says so', async () => {
    const amy = world.person('amy');
    const seen = await amy.says('/checkin mood:4 note:"slept\u0000 \u001b[31mwell\ud800"');
    expect(seen.text).toContain('Note: slept [31mwell');
    expect(seen.text).toContain('A few invisible characters were left out of what you sent; every word is there.');
    expect((await amy.says('/checkin note:"well 🌱"')).text).not.toContain('invisible');
  });
});

describe('a cry for help', () => {
  it.each([
    ['/sos I want to die', 'If a life is in danger now, call'],
    ['/help me please', 'If someone may be in danger, start here.'],
    ['/craving really bad', 'How strong is it now?'],
    ['/cope I cannot sleep', 'What is going on?'],
    ['/start from-a-link', 'I am Handrail'],
    ['/meetings tonight', 'There is no option “tonight” here. This takes no options.'],
  ])('%s is answered, whatever stands behind the command', async (line, words) => {
    const seen = await world.person('amy').says(line);
    expect(seen.answer.kind).toBe('reply');
    expect(seen.text).toContain(words);
  });

  it('in the middle of a form is shown the way out of it', async () => {
    const amy = world.person('amy');
    await amy.says('/settings');
    expect((await amy.presses('Take a pause')).buttons).toContain('Get help now (private)');
    const seen = await amy.says('I want to die');
    expect(seen.buttons).toEqual(expect.arrayContaining(['Get help now (private)', 'A person']));
    expect((await amy.presses('A person')).text).toContain('If a life is in danger now, call');
  });

  it('is one tap from every refusal', async () => {
    const amy = world.person('amy', { community: 'harbor' });
    for (const line of ['/checkin mood:9', '/settings zone:Atlantis', '/community']) {
      expect((await amy.says(line)).buttons).toContain('Get help now (private)');
    }
  });
});

describe('a forged or outlived button', () => {
  it.each([
    'nonsense',
    'ci.mood:2026-03-01:9',
    'ci.mood:2026-03-01',
    'ci.mood:2026-03-01:3:4',
    'form.answer:0',
    'sos.where:nowhere',
    'cope.step:abc:no-such:craving:5:0:extra',
    '%E0%A4%A:1',
    'ci.mood:__proto__:1',
    'x'.repeat(1_000),
  ])('%.30s is refused with the menu, and changes nothing', async (token) => {
    const amy = world.person('amy');
    const seen = await amy.asks({ kind: 'action', token });
    expect(seen.answer).toMatchObject({ kind: 'refused', reason: 'unknown-action' });
    expect(seen.buttons).toEqual(['Craving now', 'A person', 'A meeting', 'Check in']);
    expect((await amy.says('/progress')).text).toContain('Nothing here yet');
  });

  it('cannot check in for a day that is long over', async () => {
    const amy = world.person('amy');
    const seen = await amy.asks({ kind: 'action', token: 'ci.mood:2026-01-01:5' });
    expect(seen.answer).toMatchObject({ kind: 'refused', reason: 'too-late' });
    expect((await amy.says('/progress')).text).toContain('Nothing here yet');
  });

  it('for yesterday means the yesterday that it was shown for', async () => {
    const amy = world.person('amy', { zone: 'UTC' });
    world.itIs('2026-03-10T09:00', 'UTC');
    await amy.says('/checkin');
    world.itIs('2026-03-12T09:00', 'UTC');
    const seen = await amy.says('/checkin');
    expect(seen.buttons).toContain('Check in for yesterday too');
    world.itIs('2026-03-15T09:00', 'UTC');
    expect((await amy.presses('Check in for yesterday too')).answer).toMatchObject({ reason: 'too-late' });
  });

  it('of a strategy that is gone leads to those that there are', async () => {
    const seen = await world.person('amy').asks({ kind: 'action', token: 'cope.step:abc:no-such::5:0' });
    expect(seen.text).toContain('That one has changed since.');
    expect(seen.buttons).toContain('Just give me one');
  });
});

describe('a request that comes again', () => {
  it('changes nothing and is answered the same', async () => {
    world.itIs('2026-03-01T09:00', 'UTC');
    const amy = world.person('amy');
    await amy.says('/checkin');
    await amy.presses('Yes, keep it');
    const asked = { kind: 'command', name: 'checkin', options: { note: 'once' } } as const;
    const first = await amy.asks(asked, 'again');
    world.itIs('2026-03-02T09:00', 'UTC');
    const second = await amy.asks(asked, 'again');
    expect(second.answer).toEqual(first.answer);
    expect((await amy.says('/progress')).text).toContain('All together: 1 check-in');
  });

  it('is nobody else’s, even with the same name', async () => {
    const amy = world.person('amy');
    const bob = world.person('bob');
    await amy.asks({ kind: 'command', name: 'checkin', options: { note: 'canary' } }, 'one');
    const seen = await bob.asks({ kind: 'command', name: 'checkin', options: {} }, 'one');
    expect(seen.text).not.toContain('canary');
    expect((await bob.says('/progress')).text).toContain('1 check-in in a row');
  });

  it('is one request, however many arrive at once', async () => {
    const amy = world.person('amy');
    const asked = { kind: 'command', name: 'checkin', options: {} } as const;
    const answers = await Promise.all(Array.from({ length: 8 }, () => amy.asks(asked, 'all at once')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('makes one member of two first taps', async () => {
    const amy = world.person('amy');
    await Promise.all([amy.says('/checkin mood:3'), amy.says('/checkin mood:4')]);
    expect((await amy.says('/progress')).text).toContain('1 check-in in a row. 1 check-in in all.');
  });
});

describe('words that are no command', () => {
  it('are asked what would help', async () => {
    const seen = await world.person('amy').says('it is bad tonight');
    expect(seen.text).toContain('What would help?');
    expect(seen.buttons).toEqual(['Craving now', 'A person', 'A meeting', 'Check in']);
  });

  it.each([
    ['Craving now', 'How strong is it now?'],
    ['A person', 'If a life is in danger now'],
    ['A meeting', 'Meetings'],
    ['Check in', '1 check-in in a row'],
  ])('and “%s” leads there', async (label, words) => {
    const amy = world.person('amy');
    await amy.says('hello');
    expect((await amy.presses(label)).text).toContain(words);
  });
});

describe('without the database', () => {
  const lines: { event: string; fields: LogFields | undefined }[] = [];
  const keep = (event: string, fields?: LogFields) => void lines.push({ event, fields });
  const log: Log = { info: keep, warn: keep, error: keep };
  const broken = () =>
    Promise.reject(new HandrailError('storage-unavailable', 'The database cannot be used: the disk is full.'));
  const room = new Proxy({}, { get: () => broken }) as never;
  const store = new Proxy({} as Store, { get: (_, name) => (name === 'transaction' ? broken : room) });

  it('still answers /sos, /help, and every way to a person', async () => {
    const dark = await openWorld({ store, log });
    const amy = dark.person('amy');
    expect((await amy.says('/sos country:IE')).text).toContain('Samaritans');
    expect((await amy.says('/sos')).text).toContain('If a life is in danger now');
    expect((await amy.presses('Ireland')).text).toContain('112');
    expect((await amy.says('/help')).text).toContain('/sos: Emergency number and helplines, now');
    expect((await amy.presses('Get help now (private)')).answer.kind).toBe('reply');
    await dark.close();
  });

  it.each([
    '/checkin mood:4',
    '/progress',
    '/settings',
    '/community',
    'I feel bad',
  ])('%s says so, saves nothing, and shows who to call', async (line) => {
    const dark = await openWorld({ store, log });
    const seen = await dark.person('amy', { community: 'harbor', moderator: true }).says(line);
    expect(seen.answer).toMatchObject({ kind: 'refused', reason: 'storage-unavailable' });
    expect(seen.text).toContain("I can't reach my records right now");
    expect(seen.text).toContain('If a life is in danger now');
    await dark.close();
  });

  it('still walks through a strategy, and knows where meetings are listed', async () => {
    const dark = await openWorld({ store, log });
    const amy = dark.person('amy');
    await amy.says('/craving 7');
    let seen = await amy.presses('Begin');
    while (seen.buttons.includes('Next step')) seen = await amy.presses('Next step');
    await amy.presses('Done with the last step');
    expect((await amy.presses('Strength 4 of 10')).text).toContain('Before 7, now 4.');
    const meetings = await amy.presses('A meeting');
    expect(meetings.text).toContain("I can't reach my list of meetings right now.");
    expect(meetings.text).toContain('https://www.aa.org/find-aa');
    await dark.close();
  });

  it('answers /sos even when the database never answers at all', async () => {
    const never = () => new Promise<never>(() => {});
    const silent = new Proxy({}, { get: () => never });
    const silentStore = new Proxy({} as Store, { get: () => silent });
    const dark = await openWorld({ store: silentStore, log });
    expect((await dark.person('amy').says('/sos')).text).toContain('If a life is in danger now');
    await dark.close();
  });

  it('logs the reason, and nothing that the member said', async () => {
    const dark = await openWorld({ store, log });
    lines.length = 0;
    await dark.person('amy-canary').says('/checkin mood:4 note:"canary in a note"');
    expect(lines.map(({ event }) => event)).toContain('answered without the database');
    expect(JSON.stringify(lines)).not.toContain('canary');
    await dark.close();
  });
});

describe('a moderator', () => {
  it('sets what holds for members until they set their own', async () => {
    world.itIs('2026-03-01T12:00', 'UTC');
    const mod = world.person('mo', { community: 'harbor', moderator: true });
    expect((await mod.says('/community zone:Berlin country:Germany')).text).toContain('Country: Germany');
    const amy = world.person('amy', { community: 'harbor' });
    expect((await amy.says('/sos')).text).toContain('(Germany)');
    expect((await amy.says('/settings')).text).toContain('Time zone: Berlin, which is a guess');
  });

  it('sets what holds for a member in their private chat too', async () => {
    const mod = world.person('mo', { community: 'harbor', moderator: true });
    await mod.says('/community zone:"Los Angeles" country:IE');
    const inHarbor = world.person('amy', { community: 'harbor' });
    const alone = world.person('amy');
    for (const [day, amy] of [
      ['2026-03-01', inHarbor],
      ['2026-03-02', alone],
      ['2026-03-03', inHarbor],
    ] as const) {
      world.itIs(`${day}T20:00`, 'America/Los_Angeles');
      await amy.says('/checkin');
    }
    expect((await alone.says('/progress')).text).toContain('3 check-ins in a row');
    expect((await alone.says('/sos')).text).toContain('(Ireland)');
  });

  it('is asked of the platform at each use; nobody else gets in', async () => {
    const amy = world.person('amy', { community: 'harbor' });
    expect((await amy.says('/community country:DE')).answer).toMatchObject({ reason: 'not-a-moderator' });
    const lone = world.person('lone', { moderator: true });
    expect((await lone.says('/community country:DE')).answer).toMatchObject({ reason: 'no-community' });
  });
});
