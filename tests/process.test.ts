import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { cli, main, programs, said } from './support/program.ts';

const { path, launch, run } = programs();

const chat = (input: string, ...args: string[]) =>
  run([cli, 'chat', '--as', 'newcomer', '--zone', 'America/New_York', ...args], input);

describe('a newcomer', () => {
  it('checks in, comes back a day later, and after two missed days begins anew with the total kept', async () => {
    const first = await chat(':at 2026-03-01T21:40\n/checkin mood:4\n/progress\n');
    expect(first.code).toBe(0);
    expect(first.out).toContain('1 check-in in a row');
    const second = await chat(':at 2026-03-02T21:40\n/checkin\n');
    expect(second).toMatchObject({ code: 0, err: '' });
    expect(second.out).toContain('2 check-ins in a row');
    const back = await chat('/checkin\n/progress\n', '--at', '2026-03-05T09:00');
    expect(back.out).toContain('A new beginning: 1 check-in in a row. All 3 of your check-ins still count.');
  });

  it('is told how to chat and how to add a platform when nothing is typed', async () => {
    for (const args of [[main], [cli, 'start'], [cli, 'chat']]) {
      const { out, code } = await run(args);
      expect(code).toBe(0);
      expect(out).toContain('npm run chat');
      expect(out).toContain('Discord, Slack or Telegram');
    }
  });

  it('finds help for every command of the command line', async () => {
    const commands = [[], ['start'], ['chat'], ['meetings'], ['meetings', 'import'], ['outbox'], ['content', 'check']];
    for (const { out, code } of await Promise.all(commands.map((args) => run([cli, ...args, '--help'])))) {
      expect(code).toBe(0);
      expect(out).toContain('Usage: handrail');
    }
    expect(await run([cli, 'nonsense'])).toMatchObject({ code: 64 });
  });
});

describe('an operator', () => {
  it('is told once where the master key was made: beside the data folder, and readable by its owner alone', async () => {
    const key = path('data.key');
    const [first, second] = [await run([main]), await run([main])];
    expect(first.err).toContain(`Made the key that seals what members say: ${key}\nCopy it to a safe place`);
    expect(second.err).toBe('');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(readdirSync(path('data'))).not.toContain('handrail.key');
  });

  it('is told in a sentence which setting does not fit', async () => {
    const { err, code } = await run([main], '', { PORT: 'eighty', DATABASE_URL: 'mysql://root:secret@host/db' });
    expect(code).toBe(78);
    expect(err).toContain('PORT: must be a number');
    expect(err).toContain('DATABASE_URL: must be file: and a path, or postgres: with');
    expect(err).not.toContain('secret');
    expect((await run([cli, 'chat', '--zone', 'Atlantis'])).err).toContain("I don't know the time zone “Atlantis”.");
  });

  it('cannot start a second bot on the same file', async () => {
    const bot = launch([main], { PORT: '0', LOG_LEVEL: 'info' });
    await said(bot, /platform started/);
    const { err, code } = await run([main]);
    expect(code).toBe(75);
    expect(err).toContain('Another Handrail already uses');
  });

  it('sees the bot finish on SIGTERM, with what it had begun answered and saved', async () => {
    const bot = launch([main], { PORT: '0', LOG_LEVEL: 'info' });
    await said(bot, /platform started/);
    const out = text(bot.stdout);
    bot.stdin?.write('/checkin mood:4\n');
    await once(bot.stdout, 'data');
    bot.kill('SIGTERM');
    expect(await once(bot, 'exit')).toEqual([0, null]);
    expect(await out).toContain('1 check-in in a row');
    expect((await run([cli, 'chat', '--as', 'me'], '/progress\n')).out).toContain('1 check-in in all');
  });

  it('can ask whether the bot lives, and whether it can keep what it is told', async () => {
    const bot = launch([main], { PORT: '0', LOG_LEVEL: 'info' });
    const [, port] = await said(bot, /"port":(\d+)/);
    const get = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(async (r) => [r.status, await r.text()]);
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    await vi.waitFor(async () => expect(await get('/readyz')).toEqual([200, 'ready\nterminal: connected\n']));
    expect((await get('/nothing'))[0]).toBe(404);
  });

  it('sees the bot end in time, also when someone holds a request half sent', async () => {
    const bot = launch([main], { PORT: '0', LOG_LEVEL: 'info' });
    const [, port] = await said(bot, /"port":(\d+)/);
    const half = connect(Number(port), '127.0.0.1');
    half.on('error', () => {});
    half.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
    await once(half, 'connect');
    bot.kill('SIGTERM');
    expect(await once(bot, 'exit')).toEqual([0, null]);
  });

  it('hears that a port is taken', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { err, code } = await run([main], '', { PORT: String(port) });
    expect(code).toBe(78);
    expect(err).toContain(`Port ${port} cannot be had (EADDRINUSE)`);
    other.close();
  });

  it('keeps help answered where the data folder cannot be written', async () => {
    writeFileSync(path('data'), 'a file');
    const { out, err, code } = await run([cli, 'chat'], '/checkin mood:4\n/sos IE\n');
    expect(code).toBe(0);
    expect(err).toContain('cannot be used: a part of its path is a file, not a folder.');
    expect(out).toContain("I can't reach my records right now");
    expect(out).toContain('Samaritans');

    const bot = launch([main], { PORT: '0', LOG_LEVEL: 'info' });
    const [, port] = await said(bot, /"port":(\d+)/);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toMatch(
      /^not ready: the database cannot be used \(a part of its path is a file, not a folder\)\n/,
    );
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it('imports a feed, and reads how many rows were kept out and why', async () => {
    const file = path('feed.json');
    const row = {
      slug: 'a',
      name: 'Early Birds',
      day: 1,
      time: '07:00',
      timezone: 'America/New_York',
      conference_url: 'https://zoom.us/j/1',
    };
    writeFileSync(
      file,
      JSON.stringify([row, { ...row, slug: 'b', time: 'never' }, { slug: 'c', name: 'By appointment' }]),
    );
    const imported = await run([cli, 'meetings', 'import', file]);
    expect(imported.out.split('\n')).toEqual([
      'feed: 1 meetings',
      '  1 kept out: a time that cannot be read',
      '  1 kept out: by appointment: no day or time',
      '',
    ]);
    const shown = await chat('/meetings\n', '--at', '2026-03-01T20:00');
    expect(shown.out).toContain('Monday 2 March, 07:00 EST Early Birds · online · Join at zoom.us https://zoom.us/j/1');
    writeFileSync(file, JSON.stringify([{ ...row, name: 'Late Birds' }]));
    await run([cli, 'meetings', 'import', file]);
    const again = await chat('/meetings\n', '--at', '2026-03-01T20:00');
    expect(again.out).toContain('Late Birds');
    expect(again.out).not.toContain('Early Birds');
  });

  it('is told when a file is no feed', async () => {
    expect(await run([cli, 'meetings', 'import', 'missing.json'])).toMatchObject({
      code: 64,
      err: 'missing.json cannot be read: ENOENT.\n',
    });
    writeFileSync(path('empty.json'), '[{"slug":"a","name":"By appointment"}]');
    expect(await run([cli, 'meetings', 'import', 'empty.json'])).toMatchObject({
      code: 64,
      err: 'empty.json has no meeting that can be shown; nothing was changed.\n  1 kept out: by appointment: no day or time\n',
    });
    writeFileSync(path('other.json'), '{"records":[]}');
    expect((await run([cli, 'meetings', 'import', 'other.json'])).err).toContain('This is no Meeting Guide feed');
  });

  it('can list what no person has verified yet', async () => {
    const { out, code } = await run([cli, 'content', 'check']);
    expect(code).toBe(0);
    expect(out).toContain('strategies');
    expect(out).toContain('Helplines that no person has compared with their source yet');
  });
});
