import { describe, expect, it, vi } from 'vitest';
import { Turns } from '../../../src/core/adapter-kit/turns.ts';
import type { Host } from '../../../src/core/platform/platform.ts';
import { HandrailError } from '../../../src/core/values/errors.ts';
import type { LogFields } from '../../../src/core/values/log.ts';
import type { DiscordServer } from '../../platforms/discord-server.ts';
import { quietLog } from '../../support/storage.ts';
import { aBot, aServer, aStorage, asRead, startBot } from './bot.ts';

async function whyItEnded(ended: Promise<void>): Promise<string> {
  const error = await ended.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HandrailError)) throw new Error(`It ended with ${String(error)}`);
  expect(error.code).toBe('bad-configuration');
  return error.message;
}

describe('what an operator can mend', () => {
  it('is a token that Discord does not know', async () => {
    const { platform } = await startBot({ settings: { token: 'an-old-token' } });
    expect(await whyItEnded(platform.ended)).toMatch(/the token in DISCORD_TOKEN .* is not accepted/);
  });

  it.each([
    [4004, /the token in DISCORD_TOKEN .* is not accepted/],
    [4014, /may not use the gateway intents Guilds and Direct Messages/],
    [4013, /may not use the gateway intents/],
    [4011, /the shards in DISCORD_SHARDS do not fit/],
    [4010, /the shards in DISCORD_SHARDS do not fit/],
  ])('is told in a sentence: closed with %i at the start', async (code, sentence) => {
    const server = await aServer();
    server.gateway.closeNextIdentify(code);
    const { platform } = await startBot({ server });
    expect(await whyItEnded(platform.ended)).toMatch(sentence);
  });

  it('is a token that is taken back while the bot runs', async () => {
    const { platform, server } = await aBot();
    server.gateway.closeWith(4004);
    expect(await whyItEnded(platform.ended)).toMatch(/the token in DISCORD_TOKEN/);
  });

  it('ends without anything being held open, and stopping it then is no error', async () => {
    const { platform } = await startBot({ settings: { token: 'an-old-token' } });
    await whyItEnded(platform.ended);
    await platform.stop();
    await platform.stop();
  });
});

describe('an outage', () => {
  it('at the start is waited out: the bot answers as soon as Discord is back', async () => {
    const server = await aServer();
    server.fault('GET /gateway/bot', { kind: 'status', status: 503 }, 1);
    server.fault('GET /gateway/bot', { kind: 'reset-before' }, 1);
    const { newcomer, general } = await aBot({ server });
    expect(asRead((await newcomer.in(general).slash('checkin')).text)).toContain('1 check-in in a row');
  });

  it('of the gateway is waited out: it refuses connections for a while', async () => {
    const server = await aServer();
    server.gateway.refuseConnections(1);
    const { newcomer, general } = await aBot({ server, answerWithinMs: 8_000 });
    expect((await newcomer.in(general).slash('help')).text).not.toBe('');
  });

  it('of the gateway is known, and so is its end', async () => {
    const { server, platform } = await aBot({ identifyEveryMs: 10 });
    expect(platform.connected()).toBe(true);
    server.gateway.refuseConnections(2);
    server.gateway.dropSocket();
    await vi.waitFor(() => expect(platform.connected()).toBe(false));
    await vi.waitFor(() => expect(platform.connected()).toBe(true), { timeout: 10_000 });
  });

  it('does not hold up the start', async () => {
    const server = await aServer();
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.fault('GET /gateway/bot', { kind: 'slow', until });
    const { platform } = await startBot({ server });
    // Here already, before Discord has said a word.
    expect(server.gateway.identified).toHaveLength(0);
    expect(platform.connected()).toBe(false);
    release();
    await server.until('the connection', () => server.gateway.identified.length === 1);
    await platform.stop();
  });

  it('at registering the commands is waited out', async () => {
    const server = await aServer();
    server.fault('PUT /applications/*/commands', { kind: 'status', status: 500 }, 2);
    server.fault('GET /applications/*/commands', { kind: 'reset-before' }, 1);
    const { server: there } = await aBot({ server });
    expect(there.commands).toContain('sos');
  });
});

describe('a connection that breaks', () => {
  it.each([
    'dropSocket',
    'askToReconnect',
  ] as const)('is resumed, and what was asked and written meanwhile is answered: %s', async (what) => {
    const { server, newcomer, general } = await aBot();
    server.gateway[what]();
    const [asked, written] = await Promise.all([
      newcomer.in(general).slash('checkin', { mood: 4 }),
      newcomer.dm('it is bad tonight'),
    ]);
    expect(asRead(asked.text)).toContain('1 check-in in a row');
    expect(asRead(written.text)).toContain('What would help?');
    expect(written.messages).toHaveLength(1);
    await server.until('the RESUME', () => server.gateway.resumed.length === 1);
  });

  it('is made anew where the session is forgotten', { timeout: 20_000 }, async () => {
    const { server, newcomer, general } = await aBot({ answerWithinMs: 10_000 });
    server.gateway.forgetSessions();
    server.gateway.closeWith(4000);
    await server.until('a second IDENTIFY', () => server.gateway.identified.length === 2);
    expect(asRead((await newcomer.in(general).slash('help')).text)).not.toBe('');
  });
});

describe('what Discord tells twice', () => {
  it('is done once and answered the same', async () => {
    const bot = await aBot();
    const { server, newcomer, general, store } = bot;
    const seen = await newcomer.in(general).slash('checkin', { mood: 3 });
    const before = seen.text;
    if (seen.interaction === null) throw new Error('No interaction');
    server.tellAgain(seen.interaction);
    await server.until(
      'the second acknowledgement',
      () => server.requestsOf('POST /interactions/:interaction/:token/callback').length === 2,
    );
    await bot.platform.stop();
    expect(seen.text).toBe(before);
    const account = await store.members.find({ platform: 'discord', key: newcomer.id });
    expect((await store.checkIns.history(account?.member.id as never, 'whole')).days).toHaveLength(1);
  });
});

describe('the commands', () => {
  it('are written once: a restart finds them as they are', async () => {
    const server = await aServer();
    const { store } = await aStorage();
    const writes = () => server.requestsOf('PUT /applications/:application/commands').length;
    const reads = () => server.requestsOf('GET /applications/:application/commands').length;
    const first = await aBot({ server, store });
    await first.platform.stop();
    await startBot({ server, store });
    await server.until('a second look', () => reads() === 2);
    // What it would write comes before it answers.
    await first.newcomer.in(first.general).slash('help');
    expect(writes()).toBe(1);
  });
});

describe('stopping', () => {
  it('finishes what it has begun, and takes nothing more', async () => {
    const { server, newcomer, general, platform } = await aBot();
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.fault('PATCH /webhooks/*/*/messages/*', { kind: 'slow', until });
    const asked = newcomer.in(general).slash('checkin', { mood: 4 });
    await server.until(
      'the acknowledgement',
      () => server.requestsOf('POST /interactions/:interaction/:token/callback').length === 1,
    );
    const stopped = platform.stop();
    release();
    expect(asRead((await asked).text)).toContain('1 check-in in a row');
    await stopped;
    await expect(newcomer.in(general).slash('help')).rejects.toThrow('No bot is connected');
  });
});

describe('shards', () => {
  it('of one process are those that it was given, and no others', async () => {
    const { server, newcomer, guild, general } = await aBot({ settings: { shards: { from: 0, to: 0, count: 2 } } });
    const shard = (BigInt(guild.id) >> 22n) % 2n;
    const asking = newcomer.in(general).slash('help');
    if (shard === 0n) expect((await asking).text).not.toBe('');
    else await expect(asking).rejects.toThrow('No bot is connected');
    expect(server.gateway.identified).toHaveLength(1);
  });

  it('are as many as Discord recommends, by default', { timeout: 20_000 }, async () => {
    const { server } = await aBot({ shards: 2, answerWithinMs: 15_000 });
    expect(server.gateway.identified).toHaveLength(2);
  });

  it('answer before all of them are connected: someone may need it by then', { timeout: 20_000 }, async () => {
    const server = await aServer({ shards: 2, answerWithinMs: 15_000 });
    const guilds = Array.from({ length: 8 }, (_, i) => server.guild(`Harbor ${i}`));
    const first = guilds.find(({ id }) => (BigInt(id) >> 22n) % 2n === 0n);
    if (first === undefined) throw new Error('No guild is on the first shard');
    const { platform } = await startBot({ server });
    await server.until('the first shard', () => server.gateway.identified.length === 1);
    const newcomer = server.user('newcomer');
    const help = await newcomer.in(first.channel('general')).slash('sos', {}, { forged: true });
    expect(server.gateway.identified).toHaveLength(1);
    expect(asRead(help.text)).toContain('Help, now');
    expect(platform.connected()).toBe(true);
  });
});

describe('two processes that share out the shards', () => {
  /** A process with one of two shards. */
  const process = (server: DiscordServer, shard: number, turn: Host['turn'], identifyEveryMs: number) =>
    startBot({ server, turn, identifyEveryMs, settings: { shards: { from: shard, to: shard, count: 2 } } });
  const oneTurn = (): Host['turn'] => {
    const turns = new Turns();
    return (...asked) => turns.take(...asked);
  };

  it('started at once identify one after the other, as far apart as Discord asks', async () => {
    const server = await aServer();
    const turn = oneTurn();
    // Discord asks for less than what the bot keeps, as with 5 s, because the network delays one more than the other.
    const [keptMs, askedMs] = [600, 500];
    await Promise.all([0, 1].map((shard) => process(server, shard, turn, keptMs)));
    const [first = 0, second = 0] = await server.until(
      'both',
      () => server.gateway.identifiedAtMs.length === 2 && server.gateway.identifiedAtMs,
    );
    expect(second - first).toBeGreaterThanOrEqual(askedMs);
    expect(server.gateway.identified.map(({ shard }) => shard)).toContainEqual([1, 2]);
  });

  it('wait for nobody where Discord lets their shards identify at once', async () => {
    const server = await aServer({ maxConcurrency: 2 });
    const turn = oneTurn();
    await Promise.all([0, 1].map((shard) => process(server, shard, turn, 60_000)));
    await server.until('both', () => server.gateway.connected === 2);
  });
});

describe('a packet that is malformed', () => {
  it.each([
    ['a message that is null', 'MESSAGE_CREATE', null],
    ['an interaction that is null', 'INTERACTION_CREATE', null],
    ['a server that is null', 'GUILD_CREATE', null],
    ['a channel that is null', 'CHANNEL_CREATE', null],
  ])('ends nothing: %s. Its event is in the log, and who asks next is answered', async (_, event, data) => {
    const warned: unknown[] = [];
    const log = { ...quietLog, warn: (_event: string, fields?: LogFields) => void warned.push(fields?.reason) };
    const { server, newcomer, general } = await aBot({ log });
    server.gateway.dispatch(event, data as never, null, 0);
    await vi.waitFor(() => expect(warned).toContain(event));
    expect(asRead((await newcomer.in(general).slash('checkin')).text)).toContain('1 check-in in a row');
    expect(server.gateway.identified).toHaveLength(1);
  });
});
