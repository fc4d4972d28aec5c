import { describe, expect, it, vi } from 'vitest';
import { aBot, aServer, startBot } from './bot.ts';

describe('the connection to Slack', () => {
  it('is made anew when it breaks, and what was asked meanwhile is answered', async () => {
    const { server, newcomer } = await aBot();
    server.sockets.drop();
    await server.until('the end', () => server.sockets.connected === 0);
    expect((await newcomer.alone.slash('checkin')).text).toContain('1 check-in in a row');
    expect(server.sockets.hellos).toBe(2);
  });

  it('is made anew when Slack asks for that', async () => {
    const { server, newcomer } = await aBot();
    server.sockets.refresh();
    await server.until('a second one', () => server.sockets.hellos === 2);
    expect((await newcomer.alone.slash('checkin')).text).toContain('1 check-in in a row');
  });

  it.each([
    ['Slack cannot be reached', { kind: 'reset-before' }],
    ['Slack fails', { kind: 'status', status: 503 }],
    ['Slack asks to wait', { kind: 'rate-limit', retryAfterSeconds: 1 }],
    ['Slack’s servers are at a loss', { kind: 'error', error: 'internal_error' }],
  ] as const)('is tried again while %s: at the start, and when it breaks', { timeout: 30_000 }, async (_, fault) => {
    const server = await aServer({ answerWithinMs: 15_000 });
    server.fault('apps.connections.open', fault, 2);
    const { newcomer } = await aBot({ server });
    expect((await newcomer.alone.slash('checkin')).text).toContain('1 check-in in a row');
    server.fault('apps.connections.open', fault, 2);
    server.sockets.drop();
    await server.until('the end', () => server.sockets.connected === 0);
    expect((await newcomer.alone.slash('progress')).text).toContain('1 check-in in all');
  });

  it('is known to be away, and to be back', { timeout: 20_000 }, async () => {
    const { server, platform } = await aBot();
    await vi.waitFor(() => expect(platform.connected()).toBe(true));
    server.fault('apps.connections.open', { kind: 'status', status: 503 }, 2);
    server.sockets.drop();
    await vi.waitFor(() => expect(platform.connected()).toBe(false));
    await vi.waitFor(() => expect(platform.connected()).toBe(true), { timeout: 10_000 });
  });

  it.each([
    ['SLACK_APP_TOKEN', 'apps.connections.open'],
    ['SLACK_BOT_TOKEN', 'auth.test'],
  ])('ends this platform with a sentence where %s is not accepted', async (setting, method) => {
    const server = await aServer();
    server.fault(method, { kind: 'error', error: 'invalid_auth' }, 100);
    const { platform } = await startBot({ server });
    await expect(platform.ended).rejects.toThrow(`Slack: the token in ${setting}`);
  });

  it('takes an event once, however often Slack tells of it', async () => {
    const { server, newcomer } = await aBot();
    const first = await newcomer.dm('hello');
    if (first.delivery === null) throw new Error('Nothing was told');
    const again = [server.tellAgain(first.delivery), server.tellAgain(first.delivery)];
    await server.until('the acknowledgements', () => again.every(({ acknowledgedAt }) => acknowledgedAt !== null));
    await newcomer.alone.slash('checkin');
    expect(newcomer.alone.looks().text.match(/What would help\?/g)).toHaveLength(1);
  });

  it('acknowledges what it knows nothing of', async () => {
    const { server, team } = await aBot();
    const unknown = [
      server.event(team, { type: 'something_new' }),
      server.event(team, {
        type: 'message',
        channel_type: 'channel',
        channel: 'C1',
        user: 'U1',
        text: 'canary',
        ts: '1.1',
      }),
    ];
    await server.until('the acknowledgements', () => unknown.every(({ acknowledgedAt }) => acknowledgedAt !== null));
    expect(server.requests.map(({ method }) => method)).not.toContain('chat.postMessage');
  });

  it.each([
    null,
    5,
    [{}],
    'words',
  ])('acknowledges an envelope that holds %j, and answers what comes after', async (payload) => {
    const { server, newcomer } = await aBot();
    const delivery = server.envelope('interactive', payload);
    await server.until('the acknowledgement', () => delivery.acknowledgedAt !== null);
    expect((await newcomer.alone.slash('checkin')).text).toContain('1 check-in in a row');
  });
});
