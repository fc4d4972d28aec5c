import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { nothingLeavesLoopback } from './loopback-guard.ts';
import { type Json, record } from './slack/json.ts';
import { SlackServer, type SlackServerOptions } from './slack-server.ts';

nothingLeavesLoopback();

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface Envelope {
  readonly envelope_id: string;
  readonly type: string;
  readonly payload: Json;
}

type Answering = (envelope: Envelope, bot: Bot) => unknown;

async function aServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const server = await SlackServer.start(options);
  open.push(() => server.close());
  return server;
}

/** A bot in a few lines, on the raw protocol. */
class Bot {
  readonly server: SlackServer;
  readonly frames: Json[] = [];
  socket: WebSocket | null = null;

  constructor(server: SlackServer) {
    this.server = server;
  }

  async call(method: string, body: Json, token: string = this.server.botToken): Promise<Json> {
    const form = Object.entries(body).map(([key, value]) => [
      key,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]);
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${this.server.apiUrl}${method}`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form as [string, string][]),
    });
    return record(await response.json());
  }

  post(channel: unknown, body: Json): Promise<Json> {
    return this.call('chat.postMessage', { channel, ...quiet, ...body });
  }

  async respond({ payload }: Envelope, body: Json): Promise<Response> {
    return fetch(String(payload['response_url']), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async connect(answer: Answering): Promise<void> {
    const { url } = await this.call('apps.connections.open', {}, this.server.appToken);
    const socket = new WebSocket(String(url));
    this.socket = socket;
    open.push(() => socket.terminate());
    socket.on('message', (data) => void this.#hear(socket, String(data as Buffer), answer));
    await once(socket, 'message');
  }

  async #hear(socket: WebSocket, data: string, answer: Answering): Promise<void> {
    const frame = record(JSON.parse(data));
    this.frames.push(frame);
    if (frame['envelope_id'] === undefined) return;
    const payload = await answer(frame as unknown as Envelope, this);
    if (payload !== 'silence') socket.send(JSON.stringify({ envelope_id: frame['envelope_id'], payload }));
  }
}

const quiet = { unfurl_links: false, unfurl_media: false };
const plain = (words: string) => ({ type: 'plain_text', text: words });
const section = { type: 'section', text: { type: 'mrkdwn', text: 'How was *today*?' } };
const button = (words: string) => ({ type: 'button', text: plain(words), action_id: 'keep', value: 'a1' });
const actions = (...elements: readonly object[]) => ({ type: 'actions', block_id: 'b', elements });
const note = { type: 'plain_text_input', action_id: 'text', max_length: 20 };
const form = {
  type: 'modal',
  callback_id: 'note',
  private_metadata: 'm',
  title: plain('A note'),
  submit: plain('Save'),
  blocks: [{ type: 'input', block_id: 'note', label: plain('Note'), element: note }],
};

async function aBot(answer: Answering, options: SlackServerOptions = {}) {
  const server = await aServer(options);
  const bot = new Bot(server);
  await bot.connect(answer);
  const newcomer = server.user('newcomer');
  const general = server.home.channel('general');
  return { server, bot, newcomer, general };
}

describe('a person on the loopback Slack', () => {
  it('is alone in seeing what answers a command at its response_url', async () => {
    const { server, newcomer, general } = await aBot((envelope, bot) => void bot.respond(envelope, { text: 'Noted' }));
    const seen = await newcomer.in(general).slash('checkin 4');
    expect(seen.text).toBe('Noted');
    expect(server.publiclySeen(general)).toBe('');
    expect(server.user('friend').in(general).looks().text).toBe('');
    expect(seen.delivery?.payload).toMatchObject({
      command: '/handrail',
      text: 'checkin 4',
      channel_name: 'general',
      user_id: newcomer.id,
      is_enterprise_install: 'false',
    });
    const [{ dispatchedAt, answeredAt } = { dispatchedAt: 1, answeredAt: 0 }] = server.deliveries;
    expect(answeredAt).toBeGreaterThanOrEqual(dispatchedAt);
  });

  it('sees an answer in the acknowledgement, with everyone else if it is for all', async () => {
    const { server, newcomer, general } = await aBot(() => ({ response_type: 'in_channel', text: 'Hello, all' }));
    expect((await newcomer.in(general).slash('hello')).text).toBe('Hello, all');
    expect(server.publiclySeen(general)).toBe('Hello, all');
  });

  it('presses a button, and sees the message change', async () => {
    const { newcomer, general } = await aBot((envelope, bot) => {
      if (envelope.type === 'slash_commands')
        void bot.respond(envelope, { text: 'Today', blocks: [section, actions(button('Keep it'))] });
      else {
        const [action] = envelope.payload['actions'] as readonly Json[];
        void bot.respond(envelope, { replace_original: true, text: `Kept ${String(action?.['value'])}` });
      }
    });
    const seen = await newcomer.in(general).slash('checkin');
    expect(seen.text).toBe('How was *today*?\nKeep it');
    const after = await seen.press('Keep it');
    expect(after.text).toBe('Kept a1');
    expect(seen.text).toBe('Kept a1');
    expect(after.buttons).toEqual([]);
    expect(after.delivery?.payload['message']).toBeUndefined();
    expect(after.delivery?.payload['container']).toMatchObject({ is_ephemeral: true });
    await expect(seen.press('Keep it')).rejects.toThrow('No button “Keep it”');
  });

  it('writes to the bot alone, picks from its answer, and is answered by chat.update', async () => {
    const options = ['Good', 'Hard'].map((words) => ({ text: plain(words), value: words.toLowerCase() }));
    const select = { type: 'static_select', action_id: 'mood', options };
    const { newcomer } = await aBot((envelope, bot) => {
      const { event, channel, message, actions: done } = envelope.payload;
      if (envelope.type === 'events_api')
        void bot.post(record(event)['channel'], { text: 'Mood', blocks: [actions(select)] });
      else {
        const { selected_option: picked } = (done as readonly Json[])[0] ?? {};
        const at = { channel: record(channel)['id'], ts: record(message)['ts'] };
        void bot.call('chat.update', { ...at, text: `You picked ${String(record(picked)['value'])}` });
      }
    });
    const seen = await newcomer.dm('hello');
    expect(seen.delivery?.payload['event']).toMatchObject({ type: 'message', channel_type: 'im', text: 'hello' });
    expect(seen.selects).toEqual([['Good', 'Hard']]);
    expect((await seen.pick('Hard')).text).toBe('You picked hard');
    expect(newcomer.alone.looks().text).toBe('hello\nYou picked hard');
  });

  it('fills in a modal, is told what is wrong beside its field, and then is answered', async () => {
    const { newcomer, general } = await aBot((envelope, bot) => {
      const { type, trigger_id, view, user } = envelope.payload;
      if (type !== 'view_submission') return void bot.call('views.open', { trigger_id, view: form });
      const { note } = record(record(record(view)['state'])['values']);
      const { value } = record(record(note)['text']);
      if (value === 'x') return { response_action: 'errors', errors: { note: 'Too short' } };
      void bot.post(record(user)['id'], { text: `Saved ${String(value)}` });
      return undefined;
    });
    const { modal } = await newcomer.in(general).slash('note');
    expect([modal.title, modal.fields]).toEqual(['A note', ['Note']]);
    await expect(modal.submit()).rejects.toThrow('“Note” must be filled in');
    await expect(modal.submit({ Nothing: 'a' })).rejects.toThrow('No field “Nothing”');
    const refused = await modal.submit({ Note: 'x' });
    expect(refused.errors).toEqual({ Note: 'Too short' });
    expect((await refused.modal.submit({ Note: 'a canary' })).text).toBe('Saved a canary');
    await expect(modal.submit({ Note: 'again' })).rejects.toThrow('is closed');
  });

  it('uses shortcuts, and opens the App Home tab', async () => {
    const { server, newcomer, general } = await aBot((envelope, bot) => {
      const { type, trigger_id, event, message } = envelope.payload;
      if (type === 'shortcut') void bot.call('views.open', { trigger_id, view: form });
      else if (type === 'message_action')
        void bot.respond(envelope, { text: `About ${String(record(message)['text'])}` });
      else {
        const view = { type: 'home', blocks: [section, actions(button('Check in'))] };
        void bot.call('views.publish', { user_id: record(event)['user'], view });
      }
    });
    expect((await newcomer.in(general).shortcut('write')).modal.title).toBe('A note');
    expect((await newcomer.in(general).messageShortcut('report', 'words')).text).toBe('About words');
    expect((await newcomer.opensHome()).buttons).toEqual(['Check in']);
    expect(newcomer.home).toContain('How was *today*?');
    expect(server.user('friend').home).toBe('');
    expect(server.publiclySeen(general)).toBe('words');
  });

  it('is told what came instead when no answer does', async () => {
    const { newcomer, general } = await aBot(() => undefined, { answerWithinMs: 50 });
    await expect(newcomer.in(general).slash('hello')).rejects.toThrow('no answer to /handrail hello. It was ack');
  });
});

describe('the Web API on loopback', () => {
  it('refuses tokens that it does not know, and those that are for something else', async () => {
    const bot = new Bot(await aServer());
    const { appToken, botToken } = bot.server;
    expect(await bot.call('auth.test', {}, 'xoxb-wrong')).toEqual({ ok: false, error: 'invalid_auth' });
    expect(await bot.call('auth.test', {}, appToken)).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await bot.call('apps.connections.open', {}, botToken)).toMatchObject({ error: 'invalid_auth' });
    expect(await bot.call('auth.test', {})).toMatchObject({ ok: true, team_id: bot.server.home.id });
  });

  it('lets the bot write only where it is, and to whom takes messages', async () => {
    const server = await aServer();
    const bot = new Bot(server);
    const general = server.home.channel('general');
    expect(await bot.post(general.id, { text: 'A' })).toMatchObject({ error: 'not_in_channel' });
    general.invite();
    expect(await bot.post(general.id, { text: 'A' })).toMatchObject({ ok: true });
    expect(await bot.post('C0', { text: 'A' })).toMatchObject({ error: 'channel_not_found' });
    const closed = server.user('closed');
    closed.closeDms();
    expect(await bot.call('conversations.open', { users: closed.id })).toMatchObject({ error: 'user_disabled' });
    const elsewhere = server.team('Elsewhere').channel('general').invite();
    expect(await bot.post(elsewhere.id, { text: 'A' })).toMatchObject({ error: 'channel_not_found' });
  });

  it('fails the test on what Slack would not take, and on what we never send', async () => {
    const server = await aServer();
    const bot = new Bot(server);
    const { id } = server.home.channel('general').invite();
    expect(await bot.post(id, { blocks: [section] })).toMatchObject({ ok: false });
    expect(await bot.post(id, { text: 'A', blocks: [{ type: 'no' }] })).toMatchObject({ error: 'invalid_blocks' });
    expect(await bot.post(id, { text: '<!channel> hello' })).toMatchObject({ ok: false });
    expect(server.takeViolations()).toHaveLength(3);
    await bot.call('chat.postMessage', { channel: id, text: 'A' });
    expect(server.takeViolations()).toEqual([
      'chat.postMessage: unfurl_links is not off',
      'chat.postMessage: unfurl_media is not off',
    ]);
    await bot.call('chat.nonsense', {});
    expect(() => server.check()).toThrow('Slack was sent what it must not be sent');
  });

  it('goes wrong as it is told to, and keeps what it did', async () => {
    const server = await aServer();
    const bot = new Bot(server);
    const { id } = server.home.channel('general').invite();
    server.fault('chat.postMessage', { kind: 'rate-limit', retryAfterSeconds: 7 });
    server.fault('chat.postMessage', { kind: 'error', error: 'is_archived' });
    server.fault('*', { kind: 'reset-before' });
    server.fault('*', { kind: 'reset-after' });
    server.fault('*', { kind: 'status', status: 503 });
    const body = new URLSearchParams({ channel: id, text: 'A', unfurl_links: 'false', unfurl_media: 'false' });
    const post = () =>
      fetch(`${server.apiUrl}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.botToken}` },
        body,
      });
    const limited = await post();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await (await post()).json()).toEqual({ ok: false, error: 'is_archived' });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(server.publiclySeen(server.home.channel('general'))).toBe('');
    await expect(post()).rejects.toThrow('fetch failed');
    expect((await post()).status).toBe(503);
    expect(server.publiclySeen(server.home.channel('general'))).toBe('A');
    expect(server.requestsOf('chat.postMessage').map(({ ok, fault }) => [ok, fault])).toEqual([
      [null, 'rate-limit'],
      [false, 'error'],
      [null, 'reset-before'],
      [true, 'reset-after'],
      [null, 'status'],
    ]);
  });

  it('takes a trigger once, within 3 s, and a response_url five times, within 30 minutes', async () => {
    const { server, bot, newcomer, general } = await aBot((envelope, bot) => void bot.respond(envelope, { text: 'A' }));
    const first = await newcomer.in(general).slash('a');
    const { trigger_id } = first.delivery?.payload ?? {};
    const view = form;
    expect(await bot.call('views.open', { trigger_id, view })).toMatchObject({ ok: true });
    expect(await bot.call('views.open', { trigger_id, view })).toMatchObject({ error: 'exchanged_trigger_id' });
    const again = { payload: first.delivery?.payload } as Envelope;
    for (let i = 0; i < 4; i += 1) expect((await bot.respond(again, { text: `${i}` })).status).toBe(200);
    expect(await (await bot.respond(again, { text: 'too many' })).json()).toMatchObject({ error: 'used_url' });
    const second = await newcomer.in(general).slash('b');
    server.later({ minutes: 31 });
    const late = { payload: second.delivery?.payload } as Envelope;
    expect(await bot.call('views.open', { trigger_id: late.payload['trigger_id'], view })).toMatchObject({
      error: 'expired_trigger_id',
    });
    expect(await (await bot.respond(late, { text: 'late' })).json()).toMatchObject({ error: 'expired_url' });
  });

  it('tells who administers, who is in a group, and takes a file in three steps', async () => {
    const server = await aServer();
    const bot = new Bot(server);
    const ada = server.user('ada', { admin: true, tz: 'Europe/Dublin', locale: 'en-GB' });
    const { id: usergroup } = server.home.userGroup('moderators', [ada]);
    expect(await bot.call('users.info', { user: ada.id, include_locale: true })).toMatchObject({
      user: { is_admin: true, is_owner: false, tz: 'Europe/Dublin', locale: 'en-GB' },
    });
    expect(await bot.call('usergroups.users.list', { usergroup })).toMatchObject({ users: [ada.id] });
    const { upload_url, file_id } = await bot.call('files.getUploadURLExternal', { filename: 'me.json', length: 2 });
    await fetch(String(upload_url), { method: 'POST', body: new TextEncoder().encode('{}') });
    const channel = record((await bot.call('conversations.open', { users: ada.id }))['channel']);
    const files = [{ id: file_id, title: 'All that is kept' }];
    await bot.call('files.completeUploadExternal', { files, channel_id: channel['id'] });
    expect(ada.alone.looks().text).toBe('All that is kept\nme.json');
    await bot.call('files.delete', { file: file_id });
    expect(ada.alone.looks().text).toBe('');
  });

  it('installs another workspace by OAuth, and lets its tokens expire', async () => {
    const server = await aServer({ rotation: true });
    const bot = new Bot(server);
    const team = server.team('Elsewhere');
    const { clientId: client_id, clientSecret: client_secret } = server;
    const ask = (more: Json) => bot.call('oauth.v2.access', { client_id, client_secret, ...more });
    const code = server.codeFor(team);
    const installed = await ask({ code });
    expect(installed).toMatchObject({ ok: true, team: { id: team.id }, enterprise: null, expires_in: 43_200 });
    expect(await ask({ code })).toMatchObject({ error: 'invalid_code' });
    const token = String(installed['access_token']);
    expect(await bot.call('auth.test', {}, token)).toMatchObject({ team_id: team.id });
    server.expireTokens();
    expect(await bot.call('auth.test', {}, token)).toMatchObject({ error: 'token_expired' });
    const renewed = await ask({ grant_type: 'refresh_token', refresh_token: installed['refresh_token'] });
    expect(await bot.call('auth.test', {}, String(renewed['access_token']))).toMatchObject({ ok: true });
  });
});

describe('how the bot is told', () => {
  it('hears of what happened while nobody was connected, and of each thing over one connection', async () => {
    const server = await aServer();
    const newcomer = server.user('newcomer');
    const general = server.home.channel('general');
    const waiting = newcomer.in(general).slash('early');
    const bots = [new Bot(server), new Bot(server)];
    for (const bot of bots) await bot.connect((envelope, bot) => void bot.respond(envelope, { text: 'Here' }));
    expect((await waiting).text).toBe('Here');
    await newcomer.in(general).slash('one');
    await newcomer.in(general).slash('two');
    expect(server.sockets.connected).toBe(2);
    const told = bots.map(({ frames }) => frames.filter(({ envelope_id }) => envelope_id).length);
    expect(told.toSorted()).toEqual([1, 2]);
    expect(bots[0]?.frames[0]).toMatchObject({ type: 'hello', connection_info: { app_id: server.home.appId } });
  });

  it('is asked to connect anew, and told again of an event that it lost with its connection', async () => {
    const { server, bot } = await aBot(({ payload }) => (payload['event'] === undefined ? undefined : 'silence'));
    const told = server.event(server.home, { type: 'app_home_opened', tab: 'home' });
    await server.until('the event', () => server.deliveries.some(({ sent }) => sent));
    server.sockets.dropAll();
    const next = new Bot(server);
    await next.connect(() => undefined);
    const { retries } = await told;
    expect(retries).toBe(1);
    expect(next.frames.at(-1)).toMatchObject({ type: 'events_api', retry_attempt: 1, retry_reason: 'timeout' });
    expect(bot.socket?.readyState).not.toBe(WebSocket.OPEN);
    server.sockets.refresh();
    await once(next.socket as WebSocket, 'close');
    expect(next.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
  });

  it('is told once more with the same event_id, in another envelope', async () => {
    const { server, bot } = await aBot(() => undefined);
    const delivery = await server.event(server.home, { type: 'app_uninstalled' });
    server.tellAgain(delivery);
    const events = () => bot.frames.filter(({ type }) => type === 'events_api');
    await expect.poll(() => events().length).toBe(2);
    const [first, second] = events();
    expect(record(first?.['payload'])['event_id']).toBe(record(second?.['payload'])['event_id']);
    expect(first?.['envelope_id']).not.toBe(second?.['envelope_id']);
    expect(await bot.call('auth.test', {})).toMatchObject({ error: 'account_inactive' });
  });

  it('is told over HTTP, with a signature, and of an event twice when it fails', async () => {
    const server = await aServer();
    const heard: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[] = [];
    const hook = createServer((request, response) => {
      void text(request).then((body) => {
        heard.push({ headers: request.headers, body });
        const fails = heard.length === 1;
        response.writeHead(fails ? 500 : 200, { 'content-type': 'text/plain' }).end(fails ? '' : 'Over HTTP');
      });
    });
    await new Promise<void>((listening) => hook.listen(0, '127.0.0.1', listening));
    open.push(() => new Promise((closed) => hook.close(closed)));
    server.requestUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/slack/events`;
    await server.event(server.home, { type: 'app_home_opened', tab: 'home' });
    const seen = await server.user('newcomer').in(server.home.channel('general')).slash('hello');
    expect(seen.text).toBe('Over HTTP');
    expect(heard).toHaveLength(3);
    expect(heard[1]?.headers['x-slack-retry-num']).toBe('1');
    for (const { headers, body } of heard) {
      const timestamp = Number(headers['x-slack-request-timestamp']);
      expect(headers).toMatchObject(server.signed(body, { timestamp }));
    }
    expect(new URLSearchParams(heard[2]?.body).get('command')).toBe('/handrail');
  });
});
