import { describe, expect, it, vi } from 'vitest';
import { awayWhen } from '../../support/troubled-stores.ts';
import { content } from '../../support/world.ts';
import { aBot, aServer, aStorage, startBot } from './bot.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const command = String(
  new URLSearchParams({
    command: '/handrail',
    text: 'sos',
    team_id: 'T1',
    user_id: 'U1',
    channel_id: 'D1',
    trigger_id: '1.2',
  }),
);

describe('what comes to the bot’s address', () => {
  it.each([
    ['unsigned', () => ({})],
    ['signed with another secret', ({ signed }: Signs) => signed('another secret')],
    ['older than five minutes', ({ signed }: Signs) => signed(undefined, -301)],
    ['with a signature of another body', ({ signed }: Signs) => ({ ...signed(), 'x-slack-signature': 'v0=00' })],
  ])('is refused where it is %s, and nothing of it is done', async (_, headersBy) => {
    const { server, url } = await aBot({ way: 'http' });
    const signs = {
      signed: (secret?: string, seconds = 0) =>
        server.signed(command, secret, Math.floor(Date.now() / 1_000) + seconds),
    };
    const headers = { ...form, ...headersBy(signs) };
    const response = await fetch(`${url}/slack/events`, { method: 'POST', headers, body: command });
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('');
    expect(server.requests.filter(({ method }) => method !== 'auth.test')).toEqual([]);
  });

  it('is taken where it is signed', async () => {
    const { server, url } = await aBot({ way: 'http' });
    const response = await fetch(`${url}/slack/events`, {
      method: 'POST',
      headers: { ...form, ...server.signed(command) },
      body: command,
    });
    expect(response.status).toBe(200);
  });

  it.each([
    ['null', 'application/json', 'null'],
    ['a number', 'application/json', '5'],
    ['an array', 'application/json', '[{}]'],
    ['words', 'application/json', '"words"'],
    ['broken JSON', 'application/json', '{"type":'],
    ['a form that holds null', 'application/x-www-form-urlencoded', 'payload=null'],
    ['a form that holds broken JSON', 'application/x-www-form-urlencoded', 'payload=%7B'],
  ])('is refused where it is signed and is %s, and what comes after it is taken', async (_, type, body) => {
    const { server, url } = await aBot({ way: 'http' });
    const post = (text: string, signed: Record<string, string>) =>
      fetch(`${url}/slack/events`, {
        method: 'POST',
        headers: { 'content-type': type, ...signed },
        body: text,
        signal: AbortSignal.timeout(2_000),
      });
    expect((await post(body, server.signed(body))).status).toBe(400);
    expect((await post(body, server.signed(body, 'another secret'))).status).toBe(401);
    const next = '{"type":"url_verification","challenge":"abc"}';
    const response = await fetch(`${url}/slack/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...server.signed(next) },
      body: next,
    });
    expect(await response.text()).toContain('abc');
  });

  it('is acknowledged where it is nothing that the bot knows of, and refused at another address', async () => {
    const { server, url } = await aBot({ way: 'http' });
    const post = async (path: string, body: string) => {
      const headers = { 'content-type': 'application/json', ...server.signed(body) };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      return { status: response.status, text: await response.text() };
    };
    expect(await post('/slack/events', '{"type":"something_new","team_id":"T1"}')).toEqual({ status: 200, text: '' });
    expect((await post('/slack/events', '{"type":"url_verification","challenge":"abc"}')).text).toContain('abc');
    expect((await post('/slack/elsewhere', '{}')).status).toBe(404);
    expect((await post('/elsewhere', '{}')).status).toBe(404);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('counts as heard once Slack has said whose bot it is', async () => {
    const server = await aServer();
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.fault('auth.test', { kind: 'slow', until });
    const { platform } = await startBot({ way: 'http', server });
    await server.until('the question', () => server.requests.some(({ method }) => method === 'auth.test'));
    expect(platform.connected()).toBe(false);
    letGo();
    await vi.waitFor(() => expect(platform.connected()).toBe(true));
  });

  it('counts as heard once the workspaces that installed it can be read', async () => {
    const { store } = await aStorage();
    let away = true;
    const { platform } = await startBot({ way: 'many', store: awayWhen(store, () => away) });
    expect(platform.connected()).toBe(false);
    away = false;
    await vi.waitFor(() => expect(platform.connected()).toBe(true));
  });
});

interface Signs {
  signed(secret?: string, seconds?: number): Record<string, string>;
}

/** Someone installs it in their workspace, in a browser: the page, Slack's consent, and back. */
async function install(url: string, code: string): Promise<number> {
  const page = await fetch(`${url}/slack/install`, { redirect: 'manual' });
  const state = new URL(page.headers.get('location') ?? '').searchParams.get('state') ?? '';
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  const back = `${url}/slack/oauth_redirect?${String(new URLSearchParams({ code, state }))}`;
  return (await fetch(back, { headers: { cookie }, redirect: 'manual' })).status;
}

describe('a workspace that installs it', () => {
  it('is answered from then on, over a restart, and until it takes it out', async () => {
    const server = await aServer();
    const { store } = await aStorage();
    const bot = await startBot({ way: 'many', server, store });
    const team = server.team('Harbor');
    const [founder, member] = [server.user('founder', { team, admin: true }), server.user('member', { team })];
    const general = team.channel('general');

    expect(await install(bot.url, server.codeFor(team, founder))).toBe(200);
    await founder.alone.looks().until('/handrail community');
    expect((await member.in(general).slash('checkin')).text).toContain('1 check-in in a row');

    await bot.platform.stop();
    await startBot({ way: 'many', server, store });
    await server.until('the installation', () => true);
    expect((await member.dm('hello')).text).toContain('What would help?');

    server.event(team, { type: 'app_uninstalled' });
    await server.until('its end', () => server.deliveries.at(-1)?.acknowledgedAt !== null);
    await vi.waitFor(async () => expect(await store.communities.present('slack')).not.toContain(team.id));
    expect(await store.adapterStates.all('slack')).toEqual([]);
    // Without any token, what someone asks is answered all the same where Slack gave an address for it.
    expect((await member.in(general).slash('sos')).text).toContain('112 or 911');
  });

  it('has its token made anew before it ends, and the new one is kept', async () => {
    const server = await aServer({ tokensLastSeconds: 3_600 });
    const { store } = await aStorage();
    const bot = await startBot({ way: 'many', server, store });
    const team = server.team('Harbor');
    const founder = server.user('founder', { team });
    await install(bot.url, server.codeFor(team, founder));
    await founder.alone.looks().until('/handrail community');
    await founder.dm('hello');
    const made = () => server.requestsOf('oauth.v2.access').filter(({ answeredAt }) => answeredAt !== null).length;
    await server.until('a new token', () => made() >= 2);
    await vi.waitFor(async () => {
      const [kept] = await store.adapterStates.all('slack');
      const { bot: keptBot } = JSON.parse(kept?.text ?? '') as { bot: { token: string } };
      expect(keptBot.token).toBe([...team.tokens].at(-1));
    });
    expect(team.tokens.size).toBe(2);
    expect((await founder.dm('hello again')).text).toContain('What would help?');
  });

  it('is greeted in the language of whoever installed it', async () => {
    const locales: string[] = [];
    const asTyped = (prefix: string) => {
      const typed = content.asTyped(prefix);
      const wordsFor = (locale: string) => {
        locales.push(locale);
        return typed.wordsFor(locale);
      };
      return { ...typed, wordsFor };
    };
    const server = await aServer();
    const bot = await startBot({ way: 'many', server, content: { ...content, asTyped } });
    const team = server.team('Puerto');
    const founder = server.user('founder', { team, admin: true, locale: 'es-ES' });
    expect(await install(bot.url, server.codeFor(team, founder))).toBe(200);
    await founder.alone.looks().until('/handrail community');
    expect(locales).toEqual(['es-ES']);
  });

  it('cannot be made believe an installation that nobody began', async () => {
    const server = await aServer();
    const bot = await startBot({ way: 'many', server });
    const team = server.team('Harbor');
    const code = server.codeFor(team, server.user('founder', { team }));
    const back = await fetch(`${bot.url}/slack/oauth_redirect?code=${code}&state=forged`);
    expect(back.status).toBeGreaterThanOrEqual(400);
    expect(server.requestsOf('oauth.v2.access')).toHaveLength(0);
  });
});
