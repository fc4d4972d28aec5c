import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Temporal } from '../src/core/values/time.ts';
import changed from '../timezones/changed.json' with { type: 'json' };
import { cli, main, programs, said, script } from './support/program.ts';

const { path, launch, run } = programs();

const instants = ['1985-07-01', '2010-01-15', '2026-07-01', '2026-10-01', '2026-12-15', '2027-07-01'].map(
  (day) => `${day}T12:00Z`,
);

/** The zones that changed their law in 2026, with the offset at each instant: as the compiled zones of tzdata 2026f have it. */
const laws: Record<string, readonly string[]> = {
  'Africa/Casablanca': ['+01:00', '+00:00', '+01:00', '+00:00', '+00:00', '+00:00'],
  'Africa/El_Aaiun': ['+00:00', '+00:00', '+01:00', '+00:00', '+00:00', '+00:00'],
  'America/Edmonton': ['-06:00', '-07:00', '-06:00', '-06:00', '-06:00', '-06:00'],
  'America/Havana': ['-04:00', '-05:00', '-04:00', '-04:00', '-04:00', '-04:00'],
  'America/Inuvik': ['-06:00', '-07:00', '-06:00', '-06:00', '-06:00', '-06:00'],
  'America/Vancouver': ['-07:00', '-08:00', '-07:00', '-07:00', '-07:00', '-07:00'],
  'America/Winnipeg': ['-05:00', '-06:00', '-05:00', '-05:00', '-05:00', '-05:00'],
  'America/Yellowknife': ['-06:00', '-07:00', '-06:00', '-06:00', '-06:00', '-06:00'],
};

const offsetsIn = (zone: string) => instants.map((at) => Temporal.Instant.from(at).toZonedDateTimeISO(zone).offset);

const system = process.env['TZDIR'] ?? '/usr/share/zoneinfo';
const systemIsCurrent =
  existsSync(`${system}/tzdata.zi`) && readFileSync(`${system}/tzdata.zi`, 'utf8').startsWith('# version 2026f\n');

describe('the time zone data', () => {
  it.each(
    Object.entries(laws),
  )('knows what the clocks show in %s, before and after the law of 2026', (zone, offsets) => {
    expect(offsetsIn(zone)).toEqual(offsets);
  });

  it.skipIf(!systemIsCurrent)('agrees with the system where that has tzdata 2026f', () => {
    for (const zone of Object.keys(laws)) {
      const env = { ...process.env, TZ: zone, TZDIR: system };
      const offsets = instants.map((at) => execFileSync('date', ['-d', at, '+%:z'], { env, encoding: 'utf8' }).trim());
      expect(offsetsIn(zone), zone).toEqual(offsets);
    }
  });
});

const bare = { ICU_TIMEZONE_FILES_DIR: '' };
const ownIsOlder = ownVersion() < changed.version;
const warned = /"zones":"([^"]*)","msg":"older time zone data is used"/;

describe('the program as npm start starts it', () => {
  it('tells a member in Vancouver the hour that clocks there show in December 2026', async () => {
    const row = { name: 'Early Birds', slug: 'a', day: 2, time: '19:30', timezone: 'America/New_York' };
    writeFileSync(path('feed.json'), JSON.stringify([{ ...row, conference_url: 'https://zoom.us/j/1' }]));
    await run([script, 'meetings', 'import', path('feed.json')], '', bare);
    const lines = ':zone America/Vancouver\n:at 2026-12-15T09:00\n/meetings\n';
    const { out, code } = await run([script, 'start'], lines, bare);
    expect(code).toBe(0);
    expect(out).toContain('17:30 PDT Early Birds');
  });

  it('tells members in all of these zones the hour of their clocks, at every instant', async () => {
    const asked = instants.flatMap((at) => Object.entries(laws).map(([zone, offsets]) => ({ at, zone, offsets })));
    const lines = asked.map(({ at, zone }) => `:at ${at.slice(0, -1)}\n/settings zone:${zone}\n`);
    const { out } = await run([script, 'chat', '--zone', 'UTC'], lines.join(''), bare);
    const told = [...out.matchAll(/where it is (\d\d:\d\d)\./g)].map(([, clock]) => clock);
    expect(told).toEqual(
      asked.map(({ at, offsets }) => {
        const offset = offsets[instants.indexOf(at)] ?? '';
        return Temporal.Instant.from(at).toZonedDateTimeISO(offset).toPlainTime().toString().slice(0, 5);
      }),
    );
    expect(told).toHaveLength(48);
  });

  it('logs nothing about time zones', async () => {
    const { err } = await run([script, 'start'], '', { ...bare, LOG_LEVEL: 'info' });
    expect(err).toContain('platform started');
    expect(err).not.toContain('time zone');
  });

  it.skipIf(!existsSync('/proc/self/exe'))('is one process, Node itself, and ends on SIGTERM', async () => {
    const bot = launch([script, 'start'], { ...bare, PORT: '0', LOG_LEVEL: 'info' });
    await said(bot, /platform started/);
    expect(readlinkSync(`/proc/${bot.pid}/exe`)).toBe(realpathSync(process.execPath));
    expect(readFileSync(`/proc/${bot.pid}/task/${bot.pid}/children`, 'utf8')).toBe('');
    bot.kill('SIGTERM');
    expect(await once(bot, 'exit')).toEqual([0, null]);
  });
});

describe('a bare node dist/main.js', () => {
  it.skipIf(!ownIsOlder)('says in the log which zones are an hour off, where Node has older data', async () => {
    const { err } = await run([main], '', { ...bare, LOG_LEVEL: 'info' });
    const zones = warned.exec(err)?.[1]?.split(', ');
    expect(zones).toEqual(expect.arrayContaining(['America/Havana', 'America/Inuvik', 'America/Winnipeg']));
    expect(zones).not.toContain('Europe/Berlin');
  });

  it('says nothing of it to a person at the terminal', async () => {
    await run([cli, 'chat'], '');
    expect(await run([main], '', bare)).toMatchObject({ err: '' });
  });
});

describe('bin/handrail', () => {
  /** The folder that a program sees which was started by a copy of the script, beside data of this version. */
  function chosenFolder(version: string, env: Record<string, string> = {}): string {
    const root = path(`with space ${version}`);
    for (const folder of ['bin', 'dist', 'timezones', 'node_modules/.bin'])
      mkdirSync(`${root}/${folder}`, { recursive: true });
    cpSync(script, `${root}/bin/handrail`);
    symlinkSync('../../bin/handrail', `${root}/node_modules/.bin/handrail`);
    writeFileSync(`${root}/timezones/changed.json`, JSON.stringify({ version }));
    writeFileSync(`${root}/dist/cli.js`, `process.stdout.write(process.env.ICU_TIMEZONE_FILES_DIR || 'of Node')`);
    const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
    return spawnSync(`${root}/node_modules/.bin/handrail`, { env: { PATH, ...env }, encoding: 'utf8' }).stdout;
  }

  it('takes the data of the project where they are newer, also through a link', () => {
    const folder = chosenFolder('2099z');
    expect(realpathSync(folder)).toBe(realpathSync(path('with space 2099z/timezones')));
  });

  it('never replaces newer data of a later Node by an older copy', () => {
    expect(chosenFolder('2020a')).toBe('of Node');
  });

  it('leaves the data that an operator has chosen', () => {
    expect(chosenFolder('2099z', { ICU_TIMEZONE_FILES_DIR: '/srv/zones' })).toBe('/srv/zones');
  });
});

/** The version that this Node was built with. */
function ownVersion(): string {
  return execFileSync(process.execPath, ['-p', 'process.versions.tz'], {
    env: { ...process.env, ICU_TIMEZONE_FILES_DIR: '' },
    encoding: 'utf8',
  }).trim();
}
