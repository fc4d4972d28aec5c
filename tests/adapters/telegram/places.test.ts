import { describe, expect, it } from 'vitest';
import { aBot } from './bot.ts';

/** An administrator of a group, who has written to the bot before. */
async function anAdministrator(options: Parameters<typeof aBot>[0] = {}) {
  const bot = await aBot(options);
  const { harbor, owner, store } = bot;
  await owner.alone.says('/help');
  const places = async (of = harbor) => {
    const kept = await store.communities.find({ platform: 'telegram', key: String(of.id) });
    return { checkIns: kept?.checkInPlace ?? null, alerts: kept?.alertPlace ?? null };
  };
  return { ...bot, places };
}

type There = Awaited<ReturnType<typeof anAdministrator>>;
type Group = There['harbor'];
const nowhere = { checkIns: null, alerts: null };

/** Asks in the group, where the answer stands in the private chat. */
async function asks({ owner }: There, group: Group, line: string, answered: string | RegExp, topic?: number) {
  await owner.in(group).says(line, topic === undefined ? {} : { topic });
  return owner.alone.looks().until(answered);
}

describe('a place for check-ins or alerts, on Telegram', () => {
  it.each<[what: string, idIn: (there: There) => string | Promise<string>]>([
    [
      'in another group that I am in',
      async ({ server, owner }) => {
        const hillside = server.group('Hillside');
        server.adds(hillside, owner.administers(hillside, 'creator'));
        await owner.alone.looks().until('Thank you for making room for me');
        return String(hillside.id);
      },
    ],
    ['in a group that I am not in', ({ server }) => String(server.group('Meadow').id)],
    ['that is a member’s private chat with me', ({ newcomer }) => newcomer.id],
    ['that is the asker’s own private chat', ({ owner }) => owner.id],
  ])('%s is refused, and nothing is kept', async (_, idIn) => {
    const there = await anAdministrator();
    const { owner, harbor, places } = there;
    const shown = await asks(there, harbor, '/community', 'This community');
    const id = await idIn(there);
    const seen = [await owner.alone.says(`/community set checkins:${id}`), await shown.forge(`com.post:alerts:${id}:`)];
    for (const { text } of seen) expect(text).toContain('I find no such channel that belongs to this community alone.');
    expect(await places()).toEqual(nowhere);
  });

  it('where members may not write is refused with what to do, and taken once I am an administrator', async () => {
    const there = await anAdministrator();
    const { harbor, places } = there;
    await asks(there, harbor, '/community', 'This community');
    harbor.membersWrite = false;
    await asks(there, harbor, '/community set checkins:here', 'I may not post there yet. Please add me');
    expect(await places()).toEqual(nowhere);
    Object.assign(harbor, { membersWrite: true, botWrites: false });
    const restricted = await there.owner.alone.says(`/community set alerts:${harbor.id}`);
    expect(restricted.text).toContain('I may not post there yet');
    expect(await places()).toEqual(nowhere);
    Object.assign(harbor, { membersWrite: false, botWrites: true, botAdministers: true });
    await asks(there, harbor, '/community set checkins:here', 'Channel for check-ins: set, where you asked');
    expect(await places()).toEqual({ checkIns: { kind: 'channel', channel: String(harbor.id) }, alerts: null });
  });

  it('is the group where it is asked, by a word or by the button in the private chat', async () => {
    const there = await anAdministrator();
    const { harbor, owner, newcomer, places } = there;
    await asks(there, harbor, '/community set checkins:here', 'Channel for check-ins: set, where you asked');
    const pressed = await owner.alone.looks().press('Use this channel for alerts');
    await pressed.until('Everybody who can read the channel for alerts reads the alerts.');
    const group = { kind: 'channel', channel: String(harbor.id) };
    expect(await places()).toEqual({ checkIns: group, alerts: group });
    expect((await owner.alone.says('/community set alerts:here')).text).toContain('this is our private chat');
    await owner.alone.says('/community set alerts:none');
    expect(await places()).toEqual({ checkIns: group, alerts: null });
    await newcomer.in(harbor).says('/community set alerts:here');
    await newcomer.alone.looks().until('That is for moderators of this community');
    expect(await places()).toEqual({ checkIns: group, alerts: null });
  });

  it('may be a topic of a forum, and no topic where there are none', async () => {
    const there = await anAdministrator();
    const { server, owner, harbor, places } = there;
    const forum = server.group('Forum', { forum: true });
    owner.administers(forum, 'creator');
    server.adds(forum, owner);
    await asks(there, forum, '/community set alerts:here', 'Channel for alerts: set, where you asked', 7);
    const topic = { kind: 'thread', channel: String(forum.id), thread: '7' };
    for (const thread of ['x', '-1', '7.5']) {
      const forged = await owner.alone.looks().forge(`com.post:checkins:${forum.id}:${thread}`);
      expect(forged.text).not.toContain('This community');
    }
    expect(await places(forum)).toEqual({ checkIns: null, alerts: topic });
    const shown = await asks(there, harbor, '/community', 'Channel for alerts: not set');
    const forged = await shown.forge(`com.post:alerts:${harbor.id}:7`);
    expect(forged.text).toContain('I find no such channel');
    expect(await places()).toEqual(nowhere);
  });

  it('goes along when the group becomes a supergroup', async () => {
    const there = await anAdministrator();
    const { server, harbor, owner, places } = there;
    await asks(there, harbor, '/community set checkins:here', 'set, where you asked');
    const to = server.migrates(harbor);
    await asks(there, to, '/community', /where you asked.*where you asked/s);
    expect(await places(to)).toEqual({ checkIns: { kind: 'channel', channel: String(to.id) }, alerts: null });
    await owner.alone.says('/community set alerts:none');
    expect(await places(harbor)).toEqual(nowhere);
  });

  it('is asked about again where the group turns out to have moved, and is then taken there', async () => {
    const there = await anAdministrator();
    const { server, harbor, owner, places, store } = there;
    await asks(there, harbor, '/community country:Ireland', 'Country: Ireland');
    const to = server.group('Harbor');
    Object.assign(to, { botIsIn: true, statuses: new Map(harbor.statuses) });
    harbor.migratedTo = to.id;
    const early = await owner.alone.says(`/community set checkins:${harbor.id}`);
    expect(early.text).toContain('I could not find out in time');
    expect(await places()).toEqual(nowhere);
    await asks(there, to, '/community set checkins:here', 'Channel for check-ins: set, where you asked');
    expect(await places(to)).toEqual({ checkIns: { kind: 'channel', channel: String(to.id) }, alerts: null });
    const kept = await store.communities.find({ platform: 'telegram', key: String(to.id) });
    expect(kept?.country).toBe('IE');
  });

  it('is not taken while Telegram does not say whether I may post there', async () => {
    const there = await anAdministrator();
    there.server.fault('getChat', { kind: 'rate-limit', retryAfterSeconds: 60 });
    await asks(there, there.harbor, '/community set checkins:here', 'I could not find out in time');
    expect(await there.places()).toEqual(nowhere);
  });
});
