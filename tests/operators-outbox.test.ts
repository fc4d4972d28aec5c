import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Store } from '../src/core/conversation/store.ts';
import type { End, NewDelivery, Owner, Reason } from '../src/core/outbox/delivery.ts';
import type { MessageRef } from '../src/core/platform/platform.ts';
import { Temporal } from '../src/core/values/time.ts';
import type { Storage } from '../src/storage/open.ts';
import { named, requested, said } from './support/canaries.ts';
import { type Postgres, startPostgres } from './support/postgres.js';
import { cli, main, programs, said as toldBy } from './support/program.ts';
import { openPostgresStorage, openSqliteStorage } from './support/storage.ts';

const { path, launch, run } = programs();

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

type Env = Record<string, string>;

/** What an operator sets, and the same database as a test fills it beside the bot. */
interface Place {
  env(): Promise<Env>;
  open(env: Env): Promise<Storage>;
  execute(env: Env, sql: string): Promise<void>;
}

const onSqlite: Place = {
  env: async () => ({}),
  open: () => openSqliteStorage(path('data/handrail.db'), { alone: false, keyFiles: [path('data.key')] }),
  async execute(_, sql) {
    const db = new Sqlite(path('data/handrail.db'), { fileMustExist: true });
    db.exec(sql);
    db.close();
  },
};

const onPostgresql: Place = {
  async env() {
    const key = path('a.key');
    writeFileSync(key, randomBytes(32).toString('base64'), { mode: 0o600 });
    return { DATABASE_URL: await server.newDatabase(), HANDRAIL_MASTER_KEY_FILE: key };
  },
  open: ({ DATABASE_URL = '', HANDRAIL_MASTER_KEY_FILE = '' }) =>
    openPostgresStorage(DATABASE_URL, HANDRAIL_MASTER_KEY_FILE),
  async execute({ DATABASE_URL = '' }, sql) {
    const client = new pg.Client(DATABASE_URL);
    await client.connect();
    await client.query(sql);
    await client.end();
  },
};

const minute = 60_000;
const now = () => Temporal.Now.instant();
const sent: End = { kind: 'sent', sent: { message: requested as MessageRef, thread: null } };
const refused = (reason: Reason): End => ({ kind: 'refused', reason });

/** Puts one delivery of every state into the outbox, on platforms that the running bot does not have. */
async function fill({ outbox, jobs, transaction }: Store): Promise<void> {
  const community = await transaction((tx) =>
    tx.communities.change({ platform: 'discord', key: `${named} harbor` }, {}, now()),
  );
  const harbor: Owner = { kind: 'community', community: community.id };
  const member = await transaction(async (tx): Promise<Owner> => {
    const ref = { platform: 'slack', key: `${named} newcomer` };
    const { account } = await tx.idempotency.begin(
      { id: requested, account: ref, community: null, told: { locale: null, zone: null } },
      now(),
    );
    return { kind: 'member', member: account.member.id, account: account.id };
  });

  async function add(name: string, about: Partial<NewDelivery> = {}): Promise<void> {
    const says = { route: `harbor.${name}`, args: { note: said } };
    const to = { kind: 'channel', channel: `${named} channel` } as const;
    const usual: NewDelivery = {
      key: [name],
      platform: 'discord',
      owner: harbor,
      sending: { kind: 'post', to, says },
      dueAt: null,
      notAfter: null,
      urgent: false,
    };
    await transaction((tx) => tx.outbox.add({ ...usual, ...about }));
  }
  async function begin(platform: string) {
    const [leased] = await outbox.lease({ platforms: [platform], urgent: false, max: 1, leaseMs: minute });
    if (leased === undefined) throw new Error('Nothing was leased');
    await outbox.begin(leased, minute);
    return leased;
  }

  for (const [name, end] of [
    ['greeting', sent],
    ['question', refused('no-permission')],
    ['story', refused(`${said} reason`)],
    ['alert', { kind: 'uncertain' }],
  ] as const) {
    await add(name);
    await outbox.finish(await begin('discord'), end);
  }
  await add('in-flight');
  await begin('discord');
  await add('cancelled');
  await transaction((tx) => tx.outbox.cancel('cancelled', 'answered'));
  await add('late', { dueAt: now().subtract({ milliseconds: 3 * minute }) });
  await add('much-later', { dueAt: now().add({ hours: 1 }) });
  const secret = { kind: 'post', to: { kind: 'owner' }, says: { route: 'after-use.reminder', args: said } } as const;
  await add('secret', { platform: 'slack', owner: member, sending: secret });
  await outbox.finish(await begin('slack'), refused('closed-dm'));
  await jobs.claim('spoiled', now());
  await jobs.ended('spoiled', 'HandrailError storage-unavailable');
}

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgresql],
])('an operator who asks for the outbox, on %s', (_, place) => {
  /** A running bot, and what the command says beside it. */
  async function besideABot() {
    const env = await place.env();
    const bot = launch([main], { ...env, PORT: '0', LOG_LEVEL: 'info' });
    const [, port] = await toldBy(bot, /"port":(\d+)/);
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await vi.waitFor(async () =>
      expect(await metrics()).toContain('handrail_platform_connected{platform="terminal"} 1'),
    );
    const outbox = (...args: string[]) => run([cli, 'outbox', ...args], '', env);
    return { env, outbox, metrics };
  }

  it('reads that all is quiet while nothing was sent', async () => {
    const { outbox, metrics } = await besideABot();
    // The bot's own jobs may run meanwhile.
    const quiet = /^All is quiet: nothing waits, and the bot has sent nothing by itself lately\.\n(\nJobs|$)/;
    expect(await outbox()).toMatchObject({ out: expect.stringMatching(quiet), err: '', code: 0 });
    const { out } = await outbox('--json');
    expect(JSON.parse(out)).toMatchObject({ platforms: {}, oldestDueSeconds: null, failed: [] });
    expect(await metrics()).toMatch(/^handrail_outbox_oldest_due_seconds 0$/m);
  });

  it('reads what waits, what was refused and what is uncertain beside a running bot; never who, where or what', async () => {
    const { env, outbox, metrics } = await besideABot();
    const storage = await place.open(env);
    await fill(storage.store);

    const text = await outbox();
    expect(text).toMatchObject({ err: '', code: 0 });
    expect(text.out).toContain(
      'discord: 2 waiting, 1 being sent, 1 sent, 2 refused, 1 skipped, 1 uncertain\n' +
        'slack: 0 waiting, 0 being sent, 0 sent, 1 refused, 0 skipped, 0 uncertain\n' +
        'The oldest one that is due has been waiting for 3 minutes.\n',
    );
    const time = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.source;
    for (const line of [
      'slack +to a member +refused +takes no private messages from the bot',
      'discord +harbor.alert +uncertain +not looked at yet',
      'discord +harbor.story +refused +for another reason',
      'discord +harbor.question +refused +the bot may not write there',
    ])
      expect(text.out).toMatch(new RegExp(`^ {2}${time} {2}[\\w-]{22} {2}${line}$`, 'm'));
    expect(text.out).toMatch(
      new RegExp(`^ {2}spoiled: last run ${time}, failed: HandrailError storage-unavailable$`, 'm'),
    );

    const { out } = await outbox('--json');
    const json = JSON.parse(out);
    expect(json).toMatchObject({
      platforms: { discord: { waiting: 2, beingSent: 1, sent: 1, refused: 2, skipped: 1, uncertain: 1 } },
    });
    const spoiled = { name: 'spoiled', end: 'failed', lastError: 'HandrailError storage-unavailable' };
    expect(json.jobs).toContainEqual(expect.objectContaining(spoiled));
    expect(json.oldestDueSeconds).toBeGreaterThanOrEqual(180);
    expect(json.failed).toHaveLength(4);
    expect(json.failed[0]).toMatchObject({ to: 'member', template: null, reason: 'closed-dm', platform: 'slack' });
    const page = await metrics();
    expect(Number(/^handrail_outbox_oldest_due_seconds (.*)$/m.exec(page)?.[1])).toBeGreaterThanOrEqual(180);

    for (const canary of [said, named, requested, 'after-use']) expect(text.out + out + page).not.toContain(canary);

    const [doubt] = await storage.store.outbox.doubts(['discord'], 1);
    if (doubt === undefined) throw new Error('The doubt was changed');
    await storage.store.transaction((tx) => tx.outbox.decide(doubt.id, 'post-again', null));
    expect((await outbox()).out).toMatch(/harbor.alert +uncertain +sent again as a new one$/m);
    await storage.close();
  });

  it('changes nothing by asking: no file, key or table is made, and none is brought up to date', async () => {
    const env = await place.env();
    const before = readdirSync(path('.'));
    const none = await run([cli, 'outbox'], '', env);
    expect(none).toMatchObject({ out: '', code: 78 });
    expect(none.err).toMatch(/There is no database .* yet\.|is not yet as this version of Handrail leaves it\./);
    expect(readdirSync(path('.'))).toEqual(before);

    expect((await run([cli, 'chat'], '/checkin\n', env)).code).toBe(0);
    await place.execute(env, `DELETE FROM "_prisma_migrations" WHERE migration_name LIKE '%outbox'`);
    const older = await run([cli, 'outbox'], '', env);
    expect(older).toMatchObject({ out: '', code: 78 });
    expect(older.err).toContain('Start the bot of this version first; nothing was changed.');
  });
});
