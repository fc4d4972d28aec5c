import { describe, expect, it } from 'vitest';
import type { Channel } from '../../platforms/discord/channel.ts';
import { aBot, asRead } from './bot.ts';

/** A moderator in a server, and another server that the bot is in too. */
async function aModerator(options: Parameters<typeof aBot>[0] = {}) {
  const bot = await aBot(options);
  const { server, guild, general, store } = bot;
  const owner = server.user('owner');
  guild.admit(owner, guild.role('keepers', 'manageGuild'));
  const here = owner.in(general);
  return {
    ...bot,
    owner,
    here,
    elsewhere: server.guild('Hillside').channel('general'),
    set: (channel: { readonly id: string }) => here.slash('community set', { checkins: channel.id }),
    places: async () => {
      const kept = await store.communities.find({ platform: 'discord', key: guild.id });
      return { checkIns: kept?.checkInPlace ?? null, alerts: kept?.alertPlace ?? null };
    },
  };
}

type There = Awaited<ReturnType<typeof aModerator>>;
const nowhere = { checkIns: null, alerts: null };

/** Asked in each way that there is: picked or typed, and by a forged button. */
async function askedForIn(there: There, id: string): Promise<readonly string[]> {
  const { here, set } = there;
  const picked = await set({ id });
  const shown = await here.slash('community show');
  const pressed = [await shown.forge(`com.post:checkins:${id}:`), await shown.forge(`com.post:alerts:${id}:${id}`)];
  return [picked, ...pressed].map(({ text }) => asRead(text));
}

describe('a channel for check-ins or alerts, on Discord', () => {
  it.each<[what: string, idIn: (there: There) => string | Promise<string>]>([
    ['of another server that I am in', ({ elsewhere }) => elsewhere.id],
    [
      'of another server that I have left',
      ({ elsewhere }) => {
        elsewhere.guild?.removeBot();
        return elsewhere.id;
      },
    ],
    ['that is my private chat with a member', chatWith],
    [
      'that is a thread of another server',
      ({ elsewhere }) => (elsewhere.guild as never as There['guild']).thread(elsewhere, 'aside').id,
    ],
    ['that is for voices', ({ guild }) => guild.voiceChannel('evening').id],
    ['that does not exist', () => '1100000000000000001'],
  ])('%s is refused, and nothing is kept', async (_, idIn) => {
    const there = await aModerator();
    for (const said of await askedForIn(there, await idIn(there)))
      expect(said).toContain('I find no such channel that belongs to this community alone.');
    expect(await there.places()).toEqual(nowhere);
  });

  it('is not looked for where its identifier is none of Discord’s', async () => {
    const there = await aModerator();
    for (const said of await askedForIn(there, 'general')) expect(said).toContain('I find no such channel');
    expect(there.server.requestsOf('GET /channels/:channel')).toEqual([]);
    expect(await there.places()).toEqual(nowhere);
  });

  it.each<[what: string, change: (channel: Channel) => void]>([
    ['where I may not write', (channel) => channel.silenceBot()],
    ['that I may not see', (channel) => channel.hideFromBot()],
  ])('%s is refused with what to do, and taken once that is done', async (_, change) => {
    const there = await aModerator();
    const closed = there.guild.channel('closed');
    change(closed);
    const said = asRead((await there.set(closed)).text);
    expect(said).toContain('I may not post there yet. Please add me to that channel, or allow me to see it');
    expect(await there.places()).toEqual(nowhere);
    const open = there.guild.channel('open');
    await there.set(open);
    expect(await there.places()).toMatchObject({ checkIns: { channel: open.id } });
  });

  it('that is a thread counts as its channel does, and by its own channel alone', async () => {
    const there = await aModerator();
    const { guild, general, here, set, places } = there;
    const [open, closed] = [guild.thread(general, 'evening'), guild.thread(guild.channel('closed'), 'aside')];
    closed.parent?.silenceBot();
    await set(open);
    expect(await places()).toMatchObject({ checkIns: { kind: 'channel', channel: open.id } });
    expect((await set(closed)).text).toContain('I may not post there yet');
    const shown = await here.slash('community show');
    const other = await shown.forge(`com.post:alerts:${closed.parent?.id}:${open.id}`);
    expect(other.text).toContain('I find no such channel');
    expect(await places()).toMatchObject({ checkIns: { channel: open.id }, alerts: null });
  });

  it('is taken where I may post: picked, and by the button where it was asked, threads too', async () => {
    const { guild, general, here, owner, set, places, newcomer } = await aModerator();
    const picked = await set(guild.channel('check-ins'));
    expect(asRead(picked.text)).toContain('Channel for check-ins: set');
    const pressed = await (await here.slash('community show')).press('Use this channel for alerts');
    expect(asRead(pressed.text)).toContain('Everybody who can read the channel for alerts reads the alerts.');
    const checkIns = { kind: 'channel', channel: guild.channel('check-ins').id };
    expect(await places()).toEqual({ checkIns, alerts: { kind: 'channel', channel: general.id } });
    const thread = guild.thread(general, 'evening');
    await (await owner.in(thread).slash('community show')).press('Use this channel for alerts');
    expect(await places()).toMatchObject({ alerts: { kind: 'thread', channel: general.id, thread: thread.id } });
    const forged = await newcomer.in(general).slash('community set', { alerts: general.id }, { forged: true });
    expect(asRead(forged.text)).toContain('That is for moderators');
    await (await here.slash('community show')).press('Use no channel for alerts any more');
    expect(await places()).toEqual({ checkIns, alerts: null });
  });

  it('is not taken while Discord fails to say whether I may post there', async () => {
    const { server, set, places, general } = await aModerator();
    server.fault('GET /channels/*', { kind: 'status', status: 403 }, 100);
    expect(asRead((await set(general)).text)).toContain('I could not find out in time whether I may post there.');
    expect(await places()).toEqual(nowhere);
  });
});

/** The private chat that I answer someone in. */
async function chatWith({ owner, server }: There): Promise<string> {
  await owner.dm('/help');
  const answers = server.requestsOf('POST /channels/:channel/messages');
  return answers.at(-1)?.path.split('/')[2] ?? '';
}
