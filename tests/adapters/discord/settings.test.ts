import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { scratchFolder } from '../../support/storage.ts';

let folder: ReturnType<typeof scratchFolder>;
beforeEach(() => {
  folder = scratchFolder();
});
afterEach(() => folder.remove());

function inFile(secret: string): string {
  const path = join(folder.path, 'discord.token');
  writeFileSync(path, secret);
  return path;
}

describe('the settings of Discord', () => {
  it('are off while there is no token', () => {
    expect(readConfig({}).discord).toBeNull();
    expect(readConfig({ DISCORD_TOKEN: ' ' }).discord).toBeNull();
  });

  it('need the token alone', () => {
    expect(readConfig({ DISCORD_TOKEN: ' abc ' }).discord).toEqual({
      token: 'abc',
      apiUrl: 'https://discord.com/api',
      shards: 'auto',
    });
  });

  it('take the token from a file, such as a Docker secret; the environment itself comes first', () => {
    expect(readConfig({ DISCORD_TOKEN_FILE: inFile('abc\n') }).discord?.token).toBe('abc');
    expect(readConfig({ DISCORD_TOKEN_FILE: inFile('abc'), DISCORD_TOKEN: 'def' }).discord?.token).toBe('def');
  });

  it('say what is wrong with that file, and never what is in it', () => {
    expect(() => readConfig({ DISCORD_TOKEN_FILE: join(folder.path, 'nothing') })).toThrow(/cannot be read \(ENOENT\)/);
    expect(() => readConfig({ DISCORD_TOKEN_FILE: inFile('\n') })).toThrow(/is empty/);
  });

  it.each([
    ['auto', 'auto'],
    ['0/1', { from: 0, to: 0, count: 1 }],
    ['2-3/8', { from: 2, to: 3, count: 8 }],
    [' 0-15/16 ', { from: 0, to: 15, count: 16 }],
  ])('take shards as %s', (given, shards) => {
    expect(readConfig({ DISCORD_TOKEN: 'abc', DISCORD_SHARDS: given }).discord?.shards).toEqual(shards);
  });

  it.each([
    '2',
    '2-3',
    '3-2/8',
    '8/8',
    '-1/8',
    '0-3/0',
    'all',
    '1.5/2',
  ])('refuse shards as %s, in a sentence', (given) => {
    expect(() => readConfig({ DISCORD_TOKEN: 'abc', DISCORD_SHARDS: given })).toThrow(
      /DISCORD_SHARDS: must be auto, or/,
    );
  });

  it('take a proxy’s address without its version, with or without a slash at its end', () => {
    const { discord } = readConfig({ DISCORD_TOKEN: 'abc', DISCORD_API_URL: 'http://127.0.0.1:8080/api/' });
    expect(discord?.apiUrl).toBe('http://127.0.0.1:8080/api');
    expect(() => readConfig({ DISCORD_TOKEN: 'abc', DISCORD_API_URL: 'discord' })).toThrow(/DISCORD_API_URL: must be/);
  });
});
