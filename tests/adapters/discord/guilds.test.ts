import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/core/conversation/store.ts';
import { sweep } from '../../../src/core/maintenance.ts';
import { Temporal } from '../../../src/core/values/time.ts';
import { aBot, aServer, aStorage, asRead, type Bot, clock, startBot } from './bot.ts';

const now = () => new Date();
const ref = (key: string) => ({ platform: 'discord', key });
const openedChats = ({ server }: Pick<Bot, 'server'>) => server.requestsOf('POST /users/@me/channels').length;

/** After 31 days, everything that is to go is gone. */
async function aMonthLater(store: Store): Promise<void> {
  const then = clock.now().add({ hours: 31 * 24 });
  await sweep(store, then);
}

describe('a server that the bot is added to', () => {
  it('is greeted once: its owner, alone, with what to set up', async () => {
    const bot = await aBot();
    const owner = bot.server.user('owner of New');
    const guild = bot.server.guild('New', { owner, joinedAt: now() });
    const seen = await owner.alone.looks().until('/community');
    expect(asRead(seen.text)).toContain('/checkin');
    expect(bot.server.publiclySeen(guild.channel('general'))).toBe('');
    guild.goDown();
    guild.comeBack();
    await bot.newcomer.in(guild.channel('general')).slash('help');
    expect(seen.messages).toHaveLength(1);
  });

  it('gets one quiet line where the owner takes no messages', async () => {
    const bot = await aBot();
    const owner = bot.server.user('owner of New');
    owner.closeDms();
    const guild = bot.server.guild('New', { owner, joinedAt: now() });
    const general = bot.newcomer.in(guild.channel('general')).looks();
    await general.until('/community');
    expect(general.messages).toHaveLength(1);
    expect(general.text).not.toContain('owner');
  });

  it('is greeted when Discord asked to wait, or lost the first try', async () => {
    const bot = await aBot();
    const owner = bot.server.user('owner of New');
    bot.server.fault('POST /users/*/channels', { kind: 'rate-limit', retryAfterSeconds: 0.2 });
    bot.server.fault('POST /channels/*/messages', { kind: 'reset-after' });
    bot.server.guild('New', { owner, joinedAt: now() });
    const seen = await owner.alone.looks().until('/community');
    expect(seen.messages).toHaveLength(1);
  });

  it('is told nothing where nothing may be said', async () => {
    const bot = await aBot();
    const owner = bot.server.user('owner of New');
    owner.closeDms();
    const guild = bot.server.guild('New', { owner, joinedAt: now() });
    guild.channel('general').silenceBot();
    await present(bot, guild.id);
    expect((await bot.newcomer.in(guild.channel('general')).slash('help')).text).not.toBe('');
  });

  it('while the bot was off is greeted when it is back; one that it was in long ago is not', async () => {
    const server = await aServer();
    const owner = server.user('owner of New');
    server.guild('New', { owner, joinedAt: now() });
    server.guild('Old', { owner: server.user('owner of Old') });
    const bot = await aBot({ server });
    await owner.alone.looks().until('/community');
    expect(openedChats(bot)).toBe(1);
  });
});

describe('a server that takes the bot out', () => {
  it('is forgotten 30 days later; what members told stays theirs', async () => {
    const bot = await aBot();
    const { guild, general, newcomer, store } = bot;
    guild.admit(newcomer, guild.role('keepers', 'manageGuild'));
    await newcomer.in(general).slash('community set', { country: 'IE' });
    await newcomer.in(general).slash('checkin');
    guild.removeBot();
    await left(bot, guild.id);
    await sweep(store, clock.now());
    expect(await store.communities.find(ref(guild.id))).toMatchObject({ country: 'IE' });
    await aMonthLater(store);
    expect(await store.communities.find(ref(guild.id))).toBeNull();
    expect(asRead((await newcomer.dm('/progress')).text)).toContain('1 check-in in all');
  });

  it('and takes it back in finds everything as it was, and is not greeted again', async () => {
    const bot = await aBot();
    const { guild, general, newcomer, store } = bot;
    guild.admit(newcomer, guild.role('keepers', 'manageGuild'));
    await newcomer.in(general).slash('community set', { country: 'IE' });
    guild.removeBot();
    await left(bot, guild.id);
    guild.addBot();
    await present(bot, guild.id);
    await aMonthLater(store);
    expect(await store.communities.find(ref(guild.id))).toMatchObject({ country: 'IE' });
    expect(openedChats(bot)).toBe(0);
  });

  it('while the bot was off is noticed when it is back', async () => {
    const server = await aServer();
    const { store } = await aStorage();
    const first = await aBot({ server, store });
    await present(first, first.guild.id);
    await first.platform.stop();
    first.guild.removeBot();
    const second = await startBot({ server, store });
    await left(second, first.guild.id);
    expect(await store.communities.present('discord')).toEqual([]);
  });

  it('while the connection was lost is noticed, and so is one that took it in', { timeout: 20_000 }, async () => {
    const bot = await aBot({ answerWithinMs: 15_000 });
    const { server, guild } = bot;
    await present(bot, guild.id);
    const owner = server.user('owner of New');
    server.gateway.forgetSessions();
    server.gateway.closeWith(4000);
    guild.removeBot();
    const fresh = server.guild('New', { owner, joinedAt: now() });
    await left(bot, guild.id);
    await present(bot, fresh.id);
    await owner.alone.looks().until('/community');
  });

  it('of another process’s shards is left alone', async () => {
    const server = await aServer();
    const { store } = await aStorage();
    const elsewhere = String(1n << 22n);
    await store.transaction(async ({ communities }) => {
      await communities.arrive(ref(elsewhere), null, Temporal.Now.instant());
    });
    const guilds = Array.from({ length: 8 }, (_, i) => server.guild(`Harbor ${i}`));
    const own = guilds.find(({ id }) => (BigInt(id) >> 22n) % 2n === 0n);
    const bot = await aBot({ server, store, settings: { shards: { from: 0, to: 0, count: 2 } } });
    await present(bot, own?.id ?? '');
    expect(await store.communities.present('discord')).toContain(elsewhere);
  });

  it('in an outage of Discord itself is not taken for gone', async () => {
    const bot = await aBot();
    await present(bot, bot.guild.id);
    bot.guild.goDown();
    bot.guild.comeBack();
    await bot.newcomer.in(bot.general).slash('help');
    expect(await bot.store.communities.present('discord')).toEqual([bot.guild.id]);
  });
});

async function left(bot: Bot, id: string): Promise<void> {
  while (await isPresent(bot, id));
}

async function present(bot: Bot, id: string): Promise<void> {
  while (!(await isPresent(bot, id)));
}

async function isPresent({ store }: Bot, id: string): Promise<boolean> {
  await nextTurn();
  return (await store.communities.present('discord')).includes(id);
}
