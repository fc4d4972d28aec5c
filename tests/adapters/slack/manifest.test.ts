import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shortcuts } from '../../../src/adapters/slack/inbound.ts';
import { appManifest, botScopes, events } from '../../../src/adapters/slack/manifest.ts';
import { definitionsOver } from '../../../src/core/rooms.ts';
import { cli, programs } from '../../support/program.ts';
import { content } from '../../support/world.ts';

const words = content.wordsFor('en');
const definitions = definitionsOver(content);
const program = programs();

const folder = new URL('../../../src/adapters/slack/', import.meta.url);
const source = readdirSync(folder)
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');

/** What each method asks for: https://docs.slack.dev/reference/methods. null: nothing, or the app's own token. */
const scopeOf: Readonly<Record<string, string | readonly string[] | null>> = {
  'apps.connections.open': null,
  'auth.test': null,
  'chat.delete': 'chat:write',
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  // By the kind of channel: a public one, a private one.
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.open': 'im:write',
  'files.completeUploadExternal': 'files:write',
  'files.delete': 'files:write',
  'files.getUploadURLExternal': 'files:write',
  'usergroups.users.list': 'usergroups:read',
  'users.info': 'users:read',
  'views.open': null,
  'views.publish': null,
  'views.push': null,
  'views.update': null,
};

/** And each event: https://docs.slack.dev/reference/events. 'commands' is the slash command's own. */
const scopeOfEvent: Readonly<Record<(typeof events)[number], string | null>> = {
  app_home_opened: null,
  app_uninstalled: null,
  'message.im': 'im:history',
  tokens_revoked: null,
};

describe('the manifest', () => {
  it('asks for the scopes of what the code calls, and for no others', () => {
    const families = 'apps|auth|chat|conversations|files|usergroups|users|views|reactions|pins|team|bots';
    const called = [...source.matchAll(new RegExp(`'((?:${families})\\.[A-Za-z.]+)'`, 'g'))].map(
      ([, name = '']) => name,
    );
    expect(called).not.toHaveLength(0);
    for (const name of called) expect(scopeOf, name).toHaveProperty([name]);
    const needed = [
      ...called.flatMap((name) => scopeOf[name] ?? null),
      ...events.map((event) => scopeOfEvent[event]),
      'commands',
    ];
    expect(new Set(botScopes)).toEqual(new Set(needed.filter((scope) => scope !== null)));
  });

  it('names every event that the code tells apart, and each shortcut that it answers', () => {
    for (const event of events) expect(source).toContain(`'${event === 'message.im' ? 'message' : event}'`);
    const { features } = appManifest(definitions.commands, words, null) as {
      features: { shortcuts: { callback_id: string; type: string }[] };
    };
    const answered = Object.keys(shortcuts).flatMap((name) => [name, `${name}-message`]);
    expect(features.shortcuts.map(({ callback_id: id }) => id)).toEqual(answered);
  });

  it('is within Slack’s limits', () => {
    const text = JSON.stringify(appManifest(definitions.commands, words, 'https://bot.example.org'));
    const limited = (key: string) =>
      [...text.matchAll(new RegExp(`"${key}":"([^"]*)"`, 'g'))].map(([, value = '']) => value.length);
    for (const length of limited('usage_hint')) expect(length).toBeLessThanOrEqual(100);
    for (const length of limited('description')) expect(length).toBeLessThanOrEqual(140);
    for (const length of limited('name')) expect(length).toBeLessThanOrEqual(24);
  });

  it('is printed for Socket Mode, and for an address', async () => {
    const socket = await program.run([cli, 'slack', 'manifest']);
    expect(JSON.parse(socket.out)).toMatchObject({ settings: { socket_mode_enabled: true } });
    expect(socket.out).not.toContain('url');
    const http = await program.run([cli, 'slack', 'manifest', '--url', 'https://bot.example.org']);
    expect(JSON.parse(http.out)).toMatchObject({
      features: { slash_commands: [{ command: '/handrail', url: 'https://bot.example.org/slack/events' }] },
      oauth_config: { redirect_urls: ['https://bot.example.org/slack/oauth_redirect'] },
      settings: { socket_mode_enabled: false, interactivity: { request_url: 'https://bot.example.org/slack/events' } },
    });
    const wrong = await program.run([cli, 'slack', 'manifest', '--url', 'bot.example.org/']);
    expect(wrong).toMatchObject({ out: '', code: 64 });
    expect(wrong.err).toContain('must begin with https://');
  });
});
