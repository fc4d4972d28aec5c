import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { failureOf as ofDiscord } from '../../src/adapters/discord/failure.ts';
import { openRest } from '../../src/adapters/discord/rest.ts';
import { failureOf as ofSlack } from '../../src/adapters/slack/failure.ts';
import { Web } from '../../src/adapters/slack/web.ts';
import { BotApi } from '../../src/adapters/telegram/bot-api.ts';
import { failureOf as ofTelegram } from '../../src/adapters/telegram/failure.ts';
import { nothingLeavesLoopback } from '../platforms/loopback-guard.ts';
import { selfSigned } from '../support/self-signed.ts';
import { afterwards } from './opened.ts';

nothingLeavesLoopback();

type Ask = (url: string, signal: AbortSignal) => Promise<unknown>;

/** One request of each platform's real client. */
const clients: readonly (readonly [string, Ask, (error: unknown) => { readonly kind: string }])[] = [
  [
    'Discord',
    (apiUrl, signal) => openRest({ apiUrl, token: 'token', shards: 'auto' }, {}).get('/users/@me', { signal }),
    ofDiscord,
  ],
  [
    'Slack',
    (url, signal) => new Web({ apiUrl: `${url}/` }, { of: async () => 'token' }).call('', 'auth.test', {}, signal),
    ofSlack,
  ],
  [
    'Slack’s response_url',
    (url, signal) => new Web({ apiUrl: `${url}/` }, { of: async () => null }).respond(url, {}, signal),
    ofSlack,
  ],
  [
    'Telegram',
    (apiRoot, signal) => BotApi.open({ token: '1:token', apiRoot, messagesPerSecond: 30 }).call('getMe', {}, signal),
    ofTelegram,
  ],
];

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function refuses(): Promise<string> {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

/** Someone who takes the connection, and does this once a request has come. */
const answers = (heard: (socket: Socket) => void) => async () => {
  const server = createServer((socket) => void socket.once('data', () => heard(socket)));
  return `http://127.0.0.1:${await portOf(server)}`;
};

async function hasUntrustedCertificate(): Promise<string> {
  return `https://localhost:${await portOf(createTlsServer(selfSigned))}`;
}

const half = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"ok":';

describe.each(clients)('a request to %s', (_, ask, failureOf) => {
  it.each([
    ['unsent', 'nobody takes the connection', refuses],
    ['unsent', 'the certificate is trusted by nobody', hasUntrustedCertificate],
    ['uncertain', 'the connection is reset', answers((socket) => socket.resetAndDestroy())],
    ['uncertain', 'the connection ends', answers((socket) => socket.end())],
    ['uncertain', 'what comes is no HTTP', answers((socket) => socket.end('garbage\r\n\r\n'))],
    ['uncertain', 'the answer breaks off', answers((socket) => socket.end(half))],
    ['uncertain', 'no answer comes in time', answers(() => {})],
  ])('is %s where %s', async (kind, __, server) => {
    const url = await server();
    const error = await ask(url, AbortSignal.timeout(400)).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    expect(failureOf(error).kind).toBe(kind);
  });
});
