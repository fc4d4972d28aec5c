import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../support/postgres.js';
import { volume } from '../support/volume.ts';
import { BotProcess } from './bot-process.ts';
import { type DatabaseUnderFire, postgresqlUnderFire, sqliteUnderFire } from './databases.ts';

const tries = volume({ usual: 2, full: 6, soak: 100 });
/** From before the database is looked at until its tables are made. */
const firstStartMs = 700;
const moments = Array.from({ length: tries }, (_, i) => Math.round(((i + 0.5) * firstStartMs) / tries));

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describe.each([
  ['SQLite', () => sqliteUnderFire()],
  ['PostgreSQL', () => postgresqlUnderFire(server)],
] as const)('a bot that is killed while it makes its tables on %s', (_, underFire) => {
  let database: DatabaseUnderFire;
  beforeEach(async () => {
    database = await underFire();
  });
  afterEach(() => database.close());

  it.each(moments)('starts the next time, when that was after %d ms', async (afterMs) => {
    const first = new BotProcess(database.settings);
    const timer = setTimeout(() => first.kill9(), afterMs);
    for await (const line of first.lines) expect(line).toBe('ready');
    clearTimeout(timer);
    await first.gone();

    const second = new BotProcess(database.settings);
    const deadline = setTimeout(() => second.kill9(), 5_000);
    const said: string[] = [];
    for await (const line of second.lines) {
      said.push(line);
      second.end();
    }
    clearTimeout(deadline);
    await second.gone();
    expect(said, second.complaints).toEqual(['ready']);
  });
});
