import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Postgres, startPostgres } from './support/postgres.js';
import { cli, main, programs, said } from './support/program.ts';
import { openPostgresStorage } from './support/storage.ts';

const { path, launch, run } = programs();

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** An empty database, and a key that every process is given. */
async function settings() {
  const key = path('handrail.key');
  writeFileSync(key, randomBytes(32).toString('base64'), { mode: 0o600 });
  return { DATABASE_URL: await server.newDatabase(), HANDRAIL_MASTER_KEY_FILE: key };
}

describe('an operator with PostgreSQL', () => {
  it('can start three processes at once on an empty database: all come up, and migrations are applied once', async () => {
    const env = await settings();
    const bots = [1, 2, 3].map(() => launch([main], { ...env, PORT: '0', LOG_LEVEL: 'info' }));
    let log = '';
    for (const bot of bots) bot.stderr.on('data', (chunk: Buffer) => (log += String(chunk)));
    const ports = await Promise.all(bots.map((bot) => said(bot, /"port":(\d+)/)));
    for (const [, port] of ports) {
      const readyz = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).text();
      await vi.waitFor(async () => expect(await readyz()).toBe('ready\nterminal: connected\n'));
    }
    for (const bot of bots) bot.stdin?.end();
    await Promise.all(bots.map((bot) => once(bot, 'exit')));
    const applied = log.match(/migration applied/g);
    const client = new pg.Client(env.DATABASE_URL);
    await client.connect();
    const { rows } = await client.query('SELECT migration_name FROM _prisma_migrations');
    const { rows: checks } = await client.query('SELECT id FROM "KeyCheck"');
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ migration_name }) => migration_name)).size).toBe(rows.length);
    expect(applied).toHaveLength(rows.length);
    expect(log).not.toContain('cannot be used');
    expect(checks).toHaveLength(1);
  });

  it('has a database that opens though another process puts the check of the key there at that very moment', async () => {
    const env = await settings();
    const open = () => openPostgresStorage(env.DATABASE_URL, env.HANDRAIL_MASTER_KEY_FILE);
    await (await open()).close();
    const other = new pg.Client(env.DATABASE_URL);
    await other.connect();
    const { rows } = await other.query('DELETE FROM "KeyCheck" RETURNING *');
    await other.query('BEGIN');
    await other.query('INSERT INTO "KeyCheck" VALUES ($1, $2, $3)', Object.values(rows[0]));
    const opening = open();
    await vi.waitUntil(async () => {
      const { rowCount } = await other.query('SELECT 1 FROM pg_locks WHERE NOT granted');
      return rowCount === 1;
    });
    await other.query('COMMIT');
    await other.end();
    const storage = await opening;
    expect(storage.trouble()).toBe(null);
    await storage.close();
  });

  it('has one community in all of its processes', async () => {
    const env = await settings();
    const chat = (input: string) => run([cli, 'chat', '--as', 'newcomer'], input, env);
    expect((await chat('/checkin\n')).out).toContain('1 check-in in a row');
    expect((await chat('/progress\n')).out).toContain('1 check-in in all');
  });

  it('is told how to make a key where there is none, and no process makes one of its own', async () => {
    const { DATABASE_URL } = await settings();
    const { out, err, code } = await run([cli, 'chat'], '/checkin\n/sos IE\n', { DATABASE_URL });
    expect(code).toBe(0);
    expect(err).toContain('openssl rand -base64 32');
    expect(out).toContain("I can't reach my records right now");
    expect(out).toContain('Samaritans');
  });

  it('reads why a server cannot be used, and never the password', async () => {
    const { HANDRAIL_MASTER_KEY_FILE, DATABASE_URL } = await settings();
    const missing = new URL(DATABASE_URL);
    missing.pathname = '/nowhere';
    const away = new URL(DATABASE_URL);
    away.port = '1';
    for (const url of [missing.href, away.href]) {
      const { err, out } = await run([cli, 'chat'], '/checkin\n', { DATABASE_URL: url, HANDRAIL_MASTER_KEY_FILE });
      expect(err).toMatch(/The database 127\.0\.0\.1:\d+\/\w+ cannot be used: its server /);
      expect(err + out).not.toContain('a-password-of-the-tests');
    }
  });
});
