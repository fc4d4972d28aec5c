import { describe, expect, it } from 'vitest';
import { aBot } from './bot.ts';

/** A moderator in a workspace. */
async function aModerator() {
  const bot = await aBot();
  const { server, team, general, store } = bot;
  const owner = server.user('owner', { owner: true });
  const here = owner.in(general);
  return {
    ...bot,
    owner,
    here,
    set: (channel: string) => here.slash(`community set checkins:${channel}`),
    places: async () => {
      const kept = await store.communities.find({ platform: 'slack', key: team.id });
      return { checkIns: kept?.checkInPlace ?? null, alerts: kept?.alertPlace ?? null };
    },
  };
}

type There = Awaited<ReturnType<typeof aModerator>>;
const nowhere = { checkIns: null, alerts: null };

describe('a channel for check-ins or alerts, on Slack', () => {
  it.each<[what: string, nameIn: (there: There) => string]>([
    [
      'of another workspace',
      ({ server }) => {
        const other = server.team('Hillside');
        const channel = other.channel('general');
        channel.invite();
        return `${other.id}/${channel.id}`;
      },
    ],
    [
      'of another workspace, said to be of this one',
      ({ server, team }) => `${team.id}/${server.team('Hillside').channel('general').id}`,
    ],
    [
      'of this workspace, said to be of another',
      ({ server, general }) => `${server.team('Hillside').id}/${general.id}`,
    ],
    ['that is my private chat with a member', ({ team, newcomer }) => `${team.id}/${team.aloneWith(newcomer.user).id}`],
    ['that is a private chat of two people', ({ team }) => `${team.id}/${team.chatOfTwo().id}`],
    [
      'that is a conversation of several people',
      ({ team }) => {
        const several = team.channel('mpdm-mo--una');
        Object.assign(several, { ofSeveral: true, botIsIn: true });
        return `${team.id}/${several.id}`;
      },
    ],
    [
      'that people of another organisation read too',
      ({ team }) => {
        const shared = team.channel('shared');
        Object.assign(shared, { shared: true, botIsIn: true });
        return `${team.id}/${shared.id}`;
      },
    ],
    [
      'that is private, and that I am not in',
      ({ team }) => {
        const hidden = team.channel('hidden');
        hidden.hidden = true;
        return `${team.id}/${hidden.id}`;
      },
    ],
    ['that names no workspace', ({ general }) => general.id],
  ])('%s is refused, and nothing is kept', async (_, nameIn) => {
    const there = await aModerator();
    const name = nameIn(there);
    const shown = await there.here.slash('community');
    const seen = [await there.set(name), await shown.forge(`com.post:alerts:${name}:`)];
    for (const { text } of seen) expect(text).toContain('I find no such channel that belongs to this community alone.');
    expect(await there.places()).toEqual(nowhere);
  });

  it('is never a thread, because nobody can check whose it is', async () => {
    const { here, team, general, places } = await aModerator();
    const forged = await (await here.slash('community')).forge(`com.post:alerts:${team.id}/${general.id}:1700000000`);
    expect(forged.text).toContain('I find no such channel');
    expect(await places()).toEqual(nowhere);
  });

  it.each([
    ['that nobody has invited me to', { botIsIn: false }],
    ['that is archived', { botIsIn: true, archived: true }],
  ])('%s is refused with what to do', async (_, about) => {
    const { team, set, places } = await aModerator();
    const channel = team.channel('closed');
    Object.assign(channel, about);
    expect((await set('#closed')).text).toContain('I may not post there yet. Please add me to that channel');
    expect(await places()).toEqual(nowhere);
  });

  it('is taken where I may post: typed, private too, and by the button where it was asked', async () => {
    const { team, general, here, owner, set, places, newcomer } = await aModerator();
    const helpers = team.channel('helpers');
    Object.assign(helpers, { hidden: true, botIsIn: true });
    await set('#helpers');
    const checkIns = { kind: 'channel', channel: `${team.id}/${helpers.id}` };
    expect(await places()).toEqual({ checkIns, alerts: null });
    const pressed = await (await here.slash('community')).press('Use this channel for alerts');
    expect(pressed.text).toContain('Everybody who can read the channel for alerts reads the alerts.');
    expect(await places()).toEqual({ checkIns, alerts: { kind: 'channel', channel: `${team.id}/${general.id}` } });
    const alone = await owner.dm('/community set alerts:here');
    expect(alone.text).toContain('this is our private chat');
    await owner.dm('/community set alerts:none');
    expect(await places()).toEqual({ checkIns, alerts: null });
    const refused = await newcomer.in(general).slash('community set alerts:here');
    expect(refused.text).toContain('That is for moderators');
  });

  it('is not taken while Slack does not say whether I may post there, nor without the scope to ask', async () => {
    const { server, set, places } = await aModerator();
    for (const error of ['missing_scope', 'ratelimited']) {
      server.fault('conversations.info', { kind: 'error', error });
      expect((await set('#general')).text).toContain('I could not find out in time');
    }
    expect(await places()).toEqual(nowhere);
  });
});
