import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { main, programs, said } from '../../support/program.ts';
import { aServer, asRead } from './bot.ts';

const program = programs();

describe('the program with DISCORD_TOKEN set', () => {
  it('answers on Discord, ends on SIGTERM, and its log has neither the token nor what was said', async () => {
    const server = await aServer();
    const general = server.guild('Harbor').channel('general');
    const running = program.launch([main], {
      DISCORD_TOKEN: server.token,
      DISCORD_API_URL: server.apiUrl,
      LOG_LEVEL: 'debug',
    });
    const log = text(running.stderr);
    await said(running, /commands registered/);
    const newcomer = server.user('newcomer').in(general);
    await newcomer.slash('settings', { keep: true });
    expect(asRead((await newcomer.slash('checkin', { note: 'canary-note', mood: 2 })).text)).toContain('canary-note');
    running.kill('SIGTERM');
    const [code] = await once(running, 'exit');
    expect(code).toBe(0);
    expect(await log).toContain('"connected"');
    expect(await log).not.toMatch(new RegExp(`${server.token}|canary|newcomer`));
  });

  it('ends with a sentence and 78 where the token is wrong: starting again will not help', async () => {
    const server = await aServer();
    const { err, code } = await program.run([main], '', {
      DISCORD_TOKEN: 'canary-token',
      DISCORD_API_URL: server.apiUrl,
      LOG_LEVEL: 'silent',
    });
    expect(err).toMatch(/Discord: the token in DISCORD_TOKEN .* is not accepted/);
    expect(err).not.toContain('canary-token');
    expect(code).toBe(78);
  });
});
