import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { programs } from '../support/program.ts';

const root = new URL('../..', import.meta.url).pathname;
const [major] = process.versions.node.split('.').map(Number) as [number];
const fitting = major < 22 ? 'better-sqlite3-12' : 'better-sqlite3-13';
const { path, run } = programs();

/** The program as it was installed, but for better-sqlite3: npm removes what did not compile. */
beforeEach(() => {
  const modules = path('node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('better-sqlite3-')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const name of ['dist', 'content', 'prisma', 'timezones', 'package.json'])
    symlinkSync(join(root, name), path(name));
});

const start = (file: string, args: readonly string[], env: Record<string, string> = {}) =>
  // Else Node follows the links, and finds all that is really installed.
  run(['--preserve-symlinks', '--preserve-symlinks-main', path(file), ...args], '/sos IE\n', env);

describe('whoever starts the bot where better-sqlite3 did not compile', () => {
  it('is told in a sentence which tools are missing, and what to run then', async () => {
    mkdirSync(path('bin'));
    symlinkSync(process.execPath, path('bin/python3'));
    const { err, out, code } = await start('dist/main.js', [], { PATH: path('bin') });
    expect(err).toContain(
      `better-sqlite3, which the database needs, is not installed, or not compiled for Node ${major}.`,
    );
    expect(err).toContain('missing here: make, a C++ compiler. Install what is missing');
    expect(err).toMatch(/run: npm ci\n$/);
    expect({ out, code }).toEqual({ out: '', code: 78 });
  });

  it('is told how to see what fails where every tool is there, also when only the compiled part is missing', async () => {
    mkdirSync(path('bin'));
    for (const tool of ['python3', 'make', 'g++']) symlinkSync(process.execPath, path(`bin/${tool}`));
    const told = async () => {
      const { err, code } = await start('dist/cli.js', ['chat'], { PATH: path('bin') });
      expect(err).toMatch(/^better-sqlite3, .*run: npm ci --foreground-scripts\n$/);
      expect(code).toBe(78);
    };
    await told();
    for (const part of ['package.json', 'lib']) {
      cpSync(join(root, 'node_modules', fitting, part), path(`node_modules/${fitting}/${part}`), { recursive: true });
    }
    await told();
  });

  it('needs none of it for PostgreSQL', async () => {
    const { out, code } = await start('dist/main.js', [], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect(out).toContain('Samaritans');
    expect(code).toBe(0);
  });
});
