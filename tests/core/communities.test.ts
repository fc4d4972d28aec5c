import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installations } from '../../src/core/communities/installations.ts';
import { checklistIn, lineIn } from '../../src/core/communities/setup.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { Installations } from '../../src/core/platform/platform.ts';
import { HandrailError } from '../../src/core/values/errors.ts';
import type { Log, LogFields } from '../../src/core/values/log.ts';
import { quietLog } from '../support/storage.ts';
import { content, openWorld, type World } from '../support/world.ts';

const on = (name: string) => ({ name, limits: world.kind.limits });

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const deps = (log: Log = quietLog) => ({ content, log, clock: { now: () => world.now() } });

describe('/community', () => {
  const manager = (community = 'harbor') => world.person('mo', { community, moderator: true });

  it('shows the steps that are still open, and no more once they are done', async () => {
    const mod = manager();
    const first = await mod.says('/community');
    expect(first.text).toContain('Still open');
    expect(first.text).toContain('/community set zone:Chicago');
    expect(first.text).toContain('/community set country:Ireland');
    const second = await mod.says('/community zone:Berlin');
    expect(second.text).not.toContain('/community set zone:Chicago');
    expect(second.text).toContain('/community set country:Ireland');
    expect((await mod.says('/community country:DE')).text).not.toContain('Still open');
  });

  it('says who may moderate, and never which role by its identifier', async () => {
    const mod = manager();
    expect((await mod.says('/community')).text).toContain('Moderators: whoever manages this community\n');
    const named = await mod.says('/community moderators:1234567890');
    expect(named.text).toContain('Moderators: whoever manages this community, and a group that was named');
    expect(named.text).not.toContain('1234567890');
  });

  it('keeps the group when something else is set', async () => {
    const mod = manager();
    await mod.says('/community moderators:helpers');
    expect((await mod.says('/community country:IE')).text).toContain('and a group that was named');
  });

  it.each([
    'two words',
    '<@&1>',
    'x'.repeat(65),
  ])('takes no “%.12s” for a group, and says what it takes', async (given) => {
    const seen = await manager().says(`/community moderators:"${given}"`);
    expect(seen.answer).toMatchObject({ kind: 'refused', reason: 'bad-input' });
    expect(seen.text).toContain('Moderators takes one role or user group, or the word none.');
  });
});

describe('the channels for check-ins and alerts', () => {
  const ref = { platform: 'memory', key: 'harbor' };
  const moderator = { community: 'harbor', moderator: true };
  const kept = (on = world) => on.store.communities.find(ref);
  const general = { kind: 'channel', channel: 'general' };

  it('are set by name, by the word here and by a button, and each is taken back', async () => {
    const mod = world.person('mo', moderator);
    expect((await mod.says('/community')).text).toContain(
      'Channel for check-ins: not set\nChannel for alerts: not set',
    );
    const both = await mod.says('/community set checkins:general alerts:here');
    expect(both.text).toContain(
      'Channel for check-ins: set, where you asked\nChannel for alerts: set, where you asked',
    );
    expect(await kept()).toMatchObject({ checkInPlace: general, alertPlace: general });
    expect(both.text).not.toContain('general');
    await mod.says('/community set checkins:None');
    await mod.says('/community set alerts:none');
    expect(await kept()).toMatchObject({ checkInPlace: null, alertPlace: null });
    await mod.presses('Use this channel for alerts');
    expect(await kept()).toMatchObject({ checkInPlace: null, alertPlace: general });
    const taken = await mod.presses('Use no channel for alerts any more');
    expect(await kept()).toMatchObject({ checkInPlace: null, alertPlace: null });
    expect(taken.buttons).toEqual(['Use this channel for check-ins', 'Use this channel for alerts']);
  });

  it('say who reads the alerts, before anyone can be alerted, and that nothing is posted yet', async () => {
    const mod = world.person('mo', moderator);
    const checkIns = await mod.says('/community set checkins:general');
    expect(checkIns.text).not.toContain('reads the alerts');
    expect(checkIns.text).toContain('I post nothing there by myself yet.');
    const alerts = await mod.says('/community set alerts:general');
    expect(alerts.text).toContain('Everybody who can read the channel for alerts reads the alerts.');
  });

  it('show no button for the place that is set, and one for another', async () => {
    const wide = await openWorld({ mayPost: async () => 'yes' });
    const mod = wide.person('mo', moderator);
    expect((await mod.says('/community set checkins:general')).buttons).not.toContain('Use this channel for check-ins');
    const other = await mod.says('/community set checkins:harbor-news');
    expect(other.text).toContain('Channel for check-ins: set\n');
    expect(other.buttons).toContain('Use this channel for check-ins');
    await wide.close();
  });

  it.each([
    ['elsewhere', 'I find no such channel that belongs to this community alone.'],
    ['no-permission', 'I may not post there yet. Please add me to that channel'],
    ['unknown', 'I could not find out in time whether I may post there.'],
  ] as const)('take nothing while the platform’s answer is “%s”, and say why', async (right, why) => {
    const asked: unknown[] = [];
    const wary = await openWorld({
      mayPost: async (...question) => {
        asked.push(question);
        return right;
      },
    });
    const mod = wary.person('mo', moderator);
    await mod.says('/community country:IE');
    const before = await kept(wary);
    const seen = [
      await mod.says('/community set country:DE checkins:general'),
      await mod.says('/community set alerts:here country:DE'),
      await mod.asks({ kind: 'action', token: 'com.post:alerts:general:' }),
      await mod.asks({ kind: 'action', token: 'com.post:checkins:general:42' }),
    ];
    for (const one of seen) {
      expect(one.answer).toMatchObject({ kind: 'refused', reason: 'bad-input' });
      expect(one.text).toContain(why);
      expect(one.text).toContain('Nothing was changed');
    }
    expect(await kept(wary)).toEqual(before);
    const thread = { kind: 'thread', channel: 'general', thread: '42' };
    expect(asked).toEqual([general, general, general, thread].map((place) => [place, 'harbor']));
    await wary.close();
  });

  it('are changed by moderators alone, and the platform is asked about no channel for anyone else', async () => {
    let asked = 0;
    const counted = await openWorld({
      mayPost: async () => {
        asked += 1;
        return 'yes';
      },
    });
    const amy = counted.person('amy', { community: 'harbor' });
    for (const asks of ['/community set checkins:here', '/community'])
      expect((await amy.says(asks)).answer).toMatchObject({ reason: 'not-a-moderator' });
    for (const token of ['com.post:alerts:general:', 'com.nowhere:alerts'])
      expect((await amy.asks({ kind: 'action', token })).answer).toMatchObject({ reason: 'not-a-moderator' });
    expect(asked).toBe(0);
    expect(await kept(counted)).toBeNull();
    await counted.close();
  });

  it('are those of the community that a moderator last asked from, when they press in their private chat', async () => {
    const asked: unknown[] = [];
    const able = await openWorld({
      canCheckModeratorInDm: true,
      mayPost: async (place, community) => {
        asked.push([place, community]);
        return 'yes';
      },
    });
    await able.host.installations.joined(arrival('harbor'));
    await able.person('mo', moderator).says('/community zone:Berlin');
    const alone = able.person('mo', { moderator: true });
    await alone.asks({ kind: 'action', token: 'com.post:alerts:general:' });
    expect(asked).toEqual([[general, 'harbor']]);
    expect(await kept(able)).toMatchObject({ alertPlace: general });
    const here = await alone.says('/community set checkins:here');
    expect(here.text).toContain('“here” means the channel or group where you ask, and this is our private chat');
    expect((await alone.says('/community')).buttons).toEqual(['Use no channel for alerts any more']);
    await able.close();
  });

  it('fit on a button, thread and all, with the longest identifiers that there are', async () => {
    const snowflake = '18446744073709551615';
    for (const place of [`${snowflake}:${snowflake}`, 'T0123456789A/C0123456789A:', '-1001234567890123:2147483647'])
      expect(Buffer.byteLength(`com.post:checkins:${place}`)).toBeLessThanOrEqual(64);
  });
});

describe('someone in the group that the community named', () => {
  const helper = (community: string | null) => world.person('hal', { community, groups: ['helpers'] });
  const change = '/community country:DE';

  beforeEach(async () => {
    const mod = world.person('mo', { community: 'harbor', moderator: true });
    await mod.says('/community country:IE moderators:helpers');
  });

  it('may moderate there, and nowhere else', async () => {
    expect((await helper('harbor').says(change)).text).toContain('Country: Germany');
    expect((await helper('hillside').says(change)).answer).toMatchObject({ reason: 'not-a-moderator' });
  });

  it('may not from a private chat, though the community is remembered there', async () => {
    await helper('harbor').says('/checkin');
    expect((await helper(null).says('/sos')).text).toContain('(Ireland)');
    expect((await helper(null).says(change)).answer).toMatchObject({ reason: 'no-community' });
    const known = await world.store.communities.find({ platform: 'memory', key: 'harbor' });
    expect(known?.country).toBe('IE');
  });

  it('brings that along into no other community, where they came from the first', async () => {
    await helper('harbor').says('/checkin');
    expect((await helper('unknown').says(change)).answer).toMatchObject({ reason: 'not-a-moderator' });
  });

  it('is told apart from someone in another group', async () => {
    const other = world.person('una', { community: 'harbor', groups: ['helper', 'none', 'helpers2'] });
    expect((await other.says(change)).answer).toMatchObject({ reason: 'not-a-moderator' });
  });

  it.each([
    ['with the word none', (mod: ReturnType<World['person']>) => mod.says('/community moderators:None')],
    [
      'with a button',
      async (mod: ReturnType<World['person']>) => {
        await mod.says('/community');
        return mod.presses('Name no group any more');
      },
    ],
  ])('may no more once that is taken back %s', async (_, takeBack) => {
    const seen = await takeBack(world.person('mo', { community: 'harbor', moderator: true }));
    expect(seen.text).not.toContain('and a group that was named');
    expect(seen.buttons).not.toContain('Name no group any more');
    expect((await helper('harbor').says(change)).answer).toMatchObject({ reason: 'not-a-moderator' });
  });
});

describe('a moderator in their private chat', () => {
  const where = { community: 'harbor', moderator: true };

  it('means the community that they last asked from, on a platform that can tell who moderates there', async () => {
    const able = await openWorld({ canCheckModeratorInDm: true });
    await able.host.installations.joined(arrival('harbor'));
    await able.person('mo', where).says('/community zone:Berlin');
    const alone = able.person('mo', { moderator: true });
    expect((await alone.says('/community country:Ireland')).text).toMatch(/Berlin.*Ireland/s);
    expect((await able.person('mo', where).says('/community')).text).toContain('Ireland');
    const noLonger = await able.person('mo').says('/community country:Canada');
    expect(noLonger.answer).toMatchObject({ reason: 'not-a-moderator' });
    const never = await able.person('newcomer', { moderator: true }).says('/community');
    expect(never.answer).toMatchObject({ reason: 'no-community' });
    await able.close();
  });

  it('sets no group where the platform has none', async () => {
    const groupless = await openWorld({ hasModeratorGroups: false });
    const mod = groupless.person('mo', where);
    expect((await mod.says('/community moderators:helpers')).text).toContain('moderators');
    expect((await mod.says('/community')).text).not.toContain('a group that was named');
    const steps = checklistIn(content.wordsFor('en'), { hasModeratorGroups: false });
    expect(toPlainText(steps)).not.toContain('/community set moderators');
    await groupless.close();
  });

  it('is told to ask in the community where the platform tells it only there', async () => {
    await world.person('mo', where).says('/community zone:Berlin');
    const alone = await world.person('mo', { moderator: true }).says('/community');
    expect(alone.answer).toMatchObject({ reason: 'no-community' });
  });
});

const arrival = (community: string) => ({
  community,
  locale: null,
  welcome: { installer: `owner of ${community}`, channel: null, lineWhen: 'always', door: null } as const,
});

describe('arriving in communities', () => {
  let bot: Installations;
  let written: number;
  beforeEach(() => {
    written = 0;
    bot = installations(on('memory'), { ...deps(), store: counted(world.store) });
  });

  const counted = (store: Store): Store => ({
    ...store,
    transaction(work) {
      written += 1;
      return store.transaction(work);
    },
  });
  const present = async () => (await world.store.communities.present('memory')).toSorted();
  const all = () => true;
  /** How many greetings wait to be sent. */
  const greeted = async () => (await world.store.outbox.counts()).reduce((sum, { count }) => sum + count, 0);

  it('greets a community once, however often the bot leaves and comes back', async () => {
    await bot.joined(arrival('harbor'));
    await bot.joined(arrival('harbor'));
    await bot.left('harbor');
    expect(await present()).toEqual([]);
    await bot.joined(arrival('harbor'));
    expect(await present()).toEqual(['harbor']);
    expect(await greeted()).toBe(1);
  });

  it('finds out what happened while it was away', async () => {
    await bot.settle(['harbor', 'hillside'].map(arrival), all);
    expect(await greeted()).toBe(2);
    await bot.settle(['hillside', 'meadow'].map(arrival), all);
    expect(await present()).toEqual(['hillside', 'meadow']);
    await bot.settle(['harbor', 'hillside', 'meadow'].map(arrival), all);
    expect(await present()).toEqual(['harbor', 'hillside', 'meadow']);
    expect(await greeted()).toBe(3);
  });

  it('leaves no community that another process looks after', async () => {
    await bot.settle(['harbor', 'hillside'].map(arrival), all);
    await bot.settle([], (community) => community === 'harbor');
    expect(await present()).toEqual(['hillside']);
  });

  it('touches no community of another platform', async () => {
    await installations(on('elsewhere'), { ...deps(), store: world.store }).joined(arrival('harbor'));
    await bot.settle([], all);
    expect(await world.store.communities.present('elsewhere')).toEqual(['harbor']);
  });

  it('writes nothing at a start where nothing changed', async () => {
    const many = Array.from({ length: 50 }, (_, i) => arrival(`community-${i}`));
    await bot.settle(many, all);
    written = 0;
    await bot.settle(many.toReversed(), all);
    expect(written).toBe(0);
  });

  it('is held up by no community that cannot be read', async () => {
    const lines: string[] = [];
    const log: Log = { ...quietLog, error: (event) => void lines.push(event) };
    const store: Store = {
      ...world.store,
      transaction: (work) =>
        world.store.transaction((tx) =>
          work({
            ...tx,
            communities: {
              ...tx.communities,
              arrive: (ref, locale, now) =>
                ref.key === 'damaged'
                  ? Promise.reject(new HandrailError('unreadable', 'It does not open.'))
                  : tx.communities.arrive(ref, locale, now),
            },
          }),
        ),
    };
    const there = installations(on('memory'), { ...deps(log), store });
    await there.settle(['harbor', 'damaged', 'hillside'].map(arrival), all);
    expect(await present()).toEqual(['harbor', 'hillside']);
    expect(lines).toEqual(['noting where the bot is failed']);
  });

  it('throws nothing while the database is away, says so in the log, and greets whom it had noted', async () => {
    const lines: { event: string; fields: LogFields | undefined }[] = [];
    const log: Log = { ...quietLog, warn: (event, fields) => void lines.push({ event, fields }) };
    let left = 1;
    const store: Store = {
      ...world.store,
      transaction(work) {
        left -= 1;
        if (left >= 0) return world.store.transaction(work);
        return Promise.reject(new HandrailError('storage-unavailable', 'The disk is full.'));
      },
    };
    const there = installations(on('memory'), { ...deps(log), store });
    await there.settle(['harbor', 'hillside', 'meadow'].map(arrival), all);
    await there.joined(arrival('hillside'));
    await there.left('harbor');
    const warning = {
      event: 'where the bot is could not be noted',
      fields: { platform: 'memory', reason: 'The disk is full.' },
    };
    expect(lines).toEqual([warning, warning, warning]);
    expect(await present()).toEqual(['harbor']);
    expect(await greeted()).toBe(1);
  });

  it('greets whoever set it up with steps that lead through /community, and everyone with one line', () => {
    const words = content.wordsFor('en');
    const steps = toPlainText(checklistIn(words, { hasModeratorGroups: true }));
    for (const step of ['/community set zone:', '/community set country:', '/checkin', '/sos', '/help', 'docs/']) {
      expect(steps).toContain(step);
    }
    const line = toPlainText(lineIn(words));
    expect(line).toMatch(/^Handrail is here\..*\/help.*\/community/);
    expect(line).not.toContain('\n');
    // Discord takes 2,000 characters in a message.
    expect(steps.length).toBeLessThan(2_000);
  });
});
