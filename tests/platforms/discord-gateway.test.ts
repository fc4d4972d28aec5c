import { once } from 'node:events';
import { Events, GatewayIntentBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { aBot, aClient, answersPrivately, aServer, atOnce, send } from './discord/bot.ts';
import { nothingLeavesLoopback } from './loopback-guard.ts';

nothingLeavesLoopback();

describe('the gateway', () => {
  it('replays on RESUME what was missed while the connection was down', async () => {
    const { server, newcomer, general } = await aBot(answersPrivately);
    server.gateway.dropSocket();
    await server.until('dropped connection', () => server.gateway.connected === 0);
    expect((await newcomer.in(general).slash('checkin', { mood: 2 })).text).toContain('Mood 2 of 5');
    expect(server.gateway.resumed).toHaveLength(1);
    expect(server.gateway.identified).toHaveLength(1);
  });

  it.each(['asked to reconnect', 'closed with 4000'])('has its session again after being %s', async (how) => {
    const { server, newcomer, general } = await aBot(answersPrivately);
    if (how === 'asked to reconnect') server.gateway.askToReconnect();
    else server.gateway.closeWith(4000);
    await server.until('RESUME', () => server.gateway.resumed.length === 1);
    expect((await newcomer.in(general).slash('checkin', { mood: 3 })).text).toContain('Mood 3 of 5');
  });

  it('asks for a new IDENTIFY when it no longer knows the session, and tells nobody until then', async () => {
    const { server, newcomer, general } = await aBot(answersPrivately, { client: atOnce });
    server.gateway.forgetSessions();
    server.gateway.dropSocket();
    await server.until('dropped connection', () => server.gateway.connected === 0);
    await expect(newcomer.in(general).slash('checkin')).rejects.toThrow('No bot is connected');
    await server.until('new IDENTIFY', () => server.gateway.identified.length === 2);
    expect((await newcomer.in(general).slash('checkin', { mood: 3 })).text).toContain('Mood 3 of 5');
  });

  it('can refuse connections: discord.js comes back, and gives its session up', async () => {
    const { server, newcomer, general } = await aBot(answersPrivately, { client: atOnce });
    server.gateway.refuseConnections(2);
    server.gateway.dropSocket();
    await server.until('new IDENTIFY', () => server.gateway.identified.length === 2);
    expect(server.gateway.resumed).toEqual([]);
    expect((await newcomer.in(general).slash('checkin', { mood: 3 })).text).toContain('Mood 3 of 5');
  });

  it('closes with 4004 on a token that is no longer good, and login fails', async () => {
    const server = await aServer();
    const wrong = aClient(server);
    await expect(wrong.login('another-token')).rejects.toThrow('An invalid token was provided.');
    server.gateway.closeNextIdentify(4004);
    await expect(aClient(server).login(server.token)).rejects.toThrow('Authentication failed');
  });

  it('closes with 4014 on intents that were not granted, and login fails', async () => {
    const server = await aServer();
    const client = aClient(server, { intents: [GatewayIntentBits.MessageContent] });
    await expect(client.login(server.token)).rejects.toThrow('Used disallowed intents');
  });

  it('tells of guilds that are joined and left, and tells an outage from a removal', async () => {
    const { server, client } = await aBot(async () => {});
    const heard: string[] = [];
    client.on(Events.GuildCreate, ({ name }) => heard.push(`joined ${name}`));
    client.on(Events.GuildDelete, ({ name }) => heard.push(`left ${name}`));
    client.on(Events.GuildUnavailable, ({ name }) => heard.push(`${name} is down`));
    client.on(Events.GuildAvailable, ({ name }) => heard.push(`${name} is back`));
    const quay = server.guild('Quay');
    quay.goDown();
    quay.comeBack();
    quay.removeBot();
    await expect.poll(() => heard).toEqual(['joined Quay', 'Quay is down', 'Quay is back', 'left Quay']);
  });

  it('tells each shard of its own guilds', async () => {
    const server = await aServer({ shards: 2 });
    const guilds = [server.guild('Harbor'), server.guild('Quay')];
    const client = aClient(server, { shards: [0], shardCount: 2 });
    const ready = once(client, Events.ClientReady);
    await client.login(server.token);
    await ready;
    expect(client.guilds.cache.map(({ id }) => id)).toEqual(
      guilds.map(({ id }) => id).filter((id) => (BigInt(id) >> 22n) % 2n === 0n),
    );
  });

  it('hears heartbeats', async () => {
    const { server } = await aBot(async () => {}, { heartbeatIntervalMs: 20 });
    await server.until('heartbeats', () => server.gateway.heartbeats > 2);
  });
});

describe('a fault', () => {
  it('429 makes discord.js wait as long as it was told', async () => {
    const { server, newcomer, general } = await aBot(answersPrivately);
    server.fault('PATCH /webhooks/*/*/messages/@original', { kind: 'rate-limit', retryAfterSeconds: 1 });
    await newcomer.in(general).slash('checkin');
    const [limited, again] = server.requestsOf('PATCH /webhooks/:application/:token/messages/:message');
    expect(limited).toMatchObject({ status: 429, fault: 'rate-limit' });
    expect(again).toMatchObject({ status: 200 });
    expect((again?.at ?? 0) - (limited?.answeredAt ?? Infinity)).toBeGreaterThanOrEqual(1000);
  });

  it('5xx and a connection reset make discord.js try again, and nothing was done before', async () => {
    const { server, newcomer, general } = await aBot(answersPrivately);
    const edit = 'PATCH /webhooks/*/*/messages/@original';
    server.fault(edit, { kind: 'status', status: 502 });
    server.fault(edit, { kind: 'reset-before' });
    await newcomer.in(general).slash('checkin');
    const tries = server.requestsOf('PATCH /webhooks/:application/:token/messages/:message');
    expect(tries.map(({ status }) => status)).toEqual([502, null, 200]);
  });

  it('reset after accept: the message is there once, because the second try has the same nonce', async () => {
    const { server, general, client } = await aBot(async () => {});
    server.fault('POST /channels/*/messages', { kind: 'reset-after' });
    const once = () => send(client, general, { content: 'Once', nonce: 'delivery-1', enforceNonce: true });
    await once();
    expect(server.requestsOf('POST /channels/:channel/messages').map(({ status }) => status)).toEqual([null, 200]);
    expect(server.publiclySeen(general)).toBe('Once');
    await once();
    expect(server.publiclySeen(general)).toBe('Once');
    server.later({ minutes: 10 });
    await once();
    expect(server.publiclySeen(general)).toBe('Once\nOnce');
  });

  it('slow: it is done at once, and answered when the test says so', async () => {
    const { server, general, client } = await aBot(async () => {});
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.fault('POST /channels/*/messages', { kind: 'slow', until });
    const sent = send(client, general, { content: 'Slow' });
    await server.until('message', () => server.publiclySeen(general) === 'Slow');
    expect(server.requestsOf('POST /channels/:channel/messages')).toMatchObject([{ status: null, answeredAt: null }]);
    release();
    await sent;
  });
});
