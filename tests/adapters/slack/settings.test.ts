import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';

const bot = { SLACK_BOT_TOKEN: ' xoxb-1 ' };
const app = { SLACK_APP_TOKEN: 'xapp-1' };
const http = { SLACK_SIGNING_SECRET: 'secret', PORT: '8080' };
const oauth = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'hidden' };

const wayOf = (env: NodeJS.ProcessEnv) => readConfig(env).slack?.way;

describe('the settings of Slack', () => {
  it('are off while nothing of them is set', () => {
    expect(readConfig({}).slack).toBeNull();
    expect(readConfig({ SLACK_BOT_TOKEN: '', SLACK_API_URL: 'https://example.org' }).slack).toBeNull();
  });

  it('take both tokens for Socket Mode, which comes first', () => {
    const socket = { kind: 'socket', appToken: 'xapp-1', botToken: 'xoxb-1' };
    expect(wayOf({ ...bot, ...app })).toEqual(socket);
    expect(wayOf({ ...bot, ...app, ...http, ...oauth })).toEqual(socket);
  });

  it('take a signing secret for HTTP, with one workspace or with all that install it', () => {
    const one = { kind: 'one', botToken: 'xoxb-1' };
    const many = { kind: 'many', clientId: '1.2', clientSecret: 'hidden' };
    expect(wayOf({ ...bot, ...http })).toEqual({ kind: 'http', signingSecret: 'secret', workspaces: one });
    expect(wayOf({ ...oauth, ...http })).toEqual({ kind: 'http', signingSecret: 'secret', workspaces: many });
  });

  it.each([
    ['a bot token alone', bot, /Slack needs SLACK_APP_TOKEN beside SLACK_BOT_TOKEN/],
    ['an app token alone', app, /SLACK_APP_TOKEN needs SLACK_BOT_TOKEN/],
    ['a signing secret without PORT', { ...bot, SLACK_SIGNING_SECRET: 'secret' }, /needs PORT/],
    ['a signing secret without a workspace', http, /needs SLACK_BOT_TOKEN \(one workspace\), or/],
    ['half of OAuth', { ...http, SLACK_CLIENT_ID: '1.2' }, /go together/],
    ['an address that is none', { ...bot, ...app, SLACK_API_URL: 'slack.com' }, /SLACK_API_URL: must be an address/],
  ])('refuse %s, in a sentence that repeats no secret', (_, env, sentence) => {
    expect(() => readConfig(env)).toThrow(sentence);
    expect(() => readConfig(env)).not.toThrow(/xoxb-1|xapp-1|hidden/);
  });

  it('end the address of the API in a slash, as Slack’s library wants it', () => {
    const { slack } = readConfig({ ...bot, ...app, SLACK_API_URL: 'http://127.0.0.1:1/api' });
    expect(slack?.apiUrl).toBe('http://127.0.0.1:1/api/');
  });
});
