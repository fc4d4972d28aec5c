import { once } from 'node:events';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../src/core/conversation/store.ts';
import type { MemberId } from '../src/core/values/ids.ts';
import type { Day } from '../src/core/values/time.ts';
import { openLog } from '../src/log.ts';
import type { Storage } from '../src/storage/open.ts';
import { filesIn, tracesOf } from './support/byte-search.ts';
import { canaries, named, requested, said } from './support/canaries.ts';
import { cli, programs } from './support/program.ts';
import { databases, type RawDatabase } from './support/raw-database.ts';
import { scratchFolder } from './support/storage.ts';
import { everyoneWalks, walkers } from './support/walk.ts';
import { definitions } from './support/ways-to-ask.ts';

it('finds a word however it is spelled, wherever it begins, in any case', () => {
  const folder = scratchFolder();
  const file = join(folder.path, 'planted');
  const plant = (bytes: Uint8Array | string): readonly string[] => {
    writeFileSync(file, bytes);
    return tracesOf([said], [file]).map((trace) => trace.replace(` in ${file}`, ''));
  };
  const among = `x${said}y`;
  expect(plant(among.toUpperCase())).toEqual([`${said} as UTF-8`]);
  expect(plant(Buffer.from(among, 'utf16le'))).toEqual([`${said} as UTF-16`]);
  expect(plant(Buffer.from(among, 'utf16le').swap16())).toEqual([`${said} as UTF-16`]);
  expect(plant(`\\x00${Buffer.from(among).toString('hex').toUpperCase()}`)).toEqual([`${said} as hexadecimal`]);
  for (const before of ['', 'x', 'xy', 'xyz']) {
    for (const after of ['', 'x', 'xy']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const bytes = Buffer.from(`${before}${said}${after}`);
        expect(plant(`"${bytes.toString(encoding)}"`)).toContain(`${said} as ${encoding} from ${before.length % 3}`);
      }
    }
  }
  expect(plant('nothing of it')).toEqual([]);
  folder.remove();
});

/** What a database wrote ahead of its tables. */
function writtenAhead(files: readonly string[]): readonly string[] {
  return files.filter((file) => /-wal$|\/pg_wal\//.test(file) && statSync(file).size > 0);
}

describe('private by default, in the real program', () => {
  const { path, launch } = programs();
  const lines = [
    `/settings keep:yes words:"${said}"`,
    `/checkin mood:2 note:"${said}"`,
    `/checkin form:yes`,
    said,
    ...definitions.commands.flatMap(({ name, options }) => [
      `/${name} ${said}`,
      ...Object.keys(options).map((option) => `/${name} ${option}:"${said}"`),
    ]),
    `/${said} ${said}`,
    `:as ${named}-other`,
    `:in ${named}`,
    ':role moderator',
    `/community country:IE moderators:"${said}"`,
    `/checkin note:"${said}"`,
    said,
    `:${said}`,
    `:zone ${said}`,
    ':in',
    `/checkin form:yes`,
    said,
    `/checkin note:"${said}"`,
  ];

  it('what is said stands on the screen, and in no file: neither while it runs, nor after, nor in its log', async () => {
    const program = launch([cli, 'chat', '--json', '--as', named, '--zone', 'UTC'], { LOG_LEVEL: 'debug' });
    const ended = once(program, 'exit');
    const log = buffer(program.stderr);
    const shown: string[] = [];
    program.stdin?.write(`${lines.join('\n')}\n`);
    for await (const line of createInterface({ input: program.stdout })) {
      shown.push(line);
      if (shown.length !== lines.length) continue;
      expect(writtenAhead(filesIn(path('data')))).toHaveLength(1);
      expect(tracesOf(canaries, filesIn(path('.')))).toEqual([]);
      program.stdin?.end();
    }
    expect(await ended).toEqual([0, null]);
    expect(shown).toHaveLength(lines.length);
    expect(shown.join('\n')).toContain(`Note: ${said}`);
    writeFileSync(path('stderr.log'), await log);
    expect(readFileSync(path('stderr.log'), 'utf8')).toContain('platform started');
    expect(tracesOf(canaries, filesIn(path('.')))).toEqual([]);
  });
});

describe.each(databases)('private by default, on %s: what members say and what they are called', (_, newDatabase) => {
  let database: RawDatabase;
  let storage: Storage;
  let store: Store;
  let walked: Awaited<ReturnType<typeof everyoneWalks>>;
  let logFile: string;

  beforeAll(async () => {
    database = await newDatabase();
    logFile = join(database.folder, 'debug.log');
    const log = openLog('debug', { write: (line) => appendFileSync(logFile, line) });
    storage = await database.open(log);
    store = storage.store;
    walked = await everyoneWalks(store, log);
  }, 60_000);
  afterAll(async () => {
    await walked.close();
    await storage.close();
    await database.close();
  });

  async function writtenFiles(skip: (why: string) => never): Promise<readonly string[]> {
    return (await database.files()) ?? skip('TEST_DATABASE_URL names a server whose files are not ours to read');
  }

  it('were put through every command, button and form there is, and the words were taken', () => {
    const all = [
      ...definitions.commands.map(({ name }) => `command ${name}`),
      ...definitions.actions.map(({ route }) => `action ${route}`),
      ...definitions.forms.flatMap(({ id }) => [`form ${id} by page`, `form ${id} by question`]),
      ...['bad-input', 'no-community', 'unknown-action', 'unknown-command'].map((reason) => `refusal ${reason}`),
    ];
    expect(all.filter((one) => !walked.met.has(one))).toEqual([]);
  });

  it.each(walkers)('can be read back by $name, as they chose: $consent', async ({
    account,
    community,
    consent,
    fieldsPerForm,
  }) => {
    const found = await store.members.find(account);
    expect(found?.member).toMatchObject({
      ownWords: said,
      keepsDetails: { 'on the way': true, yes: true, no: false, 'not asked': null }[consent],
    });
    expect(await store.communities.find(community)).toMatchObject({
      moderators: said,
      checkInPlace: { channel: said },
      alertPlace: { channel: said },
    });
    const days = await store.checkIns.since(found?.member.id as MemberId, '2000-01-01' as Day);
    const notes = days.map(({ details }) => details.note ?? '').join('\n');
    expect(notes.includes(`${said} last`)).toBe(consent === 'yes' || consent === 'on the way');
    const waiting = await store.drafts.find(account, 'details', walked.now);
    expect(waiting?.includes(`${said} last`) ?? false).toBe(consent === 'not asked');
    const half = await store.drafts.find(account, 'form', walked.now);
    // Asked one by one, words that are no answer are not kept.
    expect(half).toContain(fieldsPerForm === 0 ? '"mood":"4"' : `${said} half`);
    const answer = await store.idempotency.answer(account, `${requested}-last`);
    expect(answer?.includes(said)).toBe(consent !== 'no');
  });

  it('stand in no file while the bot runs, in whatever letters, what was written ahead included', async ({ skip }) => {
    const files = await writtenFiles(skip);
    expect(files).toContain(logFile);
    expect(writtenAhead(files)).not.toEqual([]);
    expect(tracesOf(canaries, files)).toEqual([]);
  });

  it('stand in no line of the log when rows cannot be read, or the database is away', async ({ skip }) => {
    const everyoneIsTold = async (line: string, sentence: string) => {
      for (const { text } of await walked.everyoneSays(line)) expect(text).toContain(sentence);
    };
    await database.run(`UPDATE "Member" SET "ownWords" = "wrappedKey"`);
    await everyoneIsTold(`/checkin note:"${said}"`, 'Something went wrong on my side');
    await storage.close();
    await everyoneIsTold(`/checkin note:"${said}"`, "I can't reach my records");
    await everyoneIsTold(`/sos ${said}`, 'If a life is in danger now');
    const log = readFileSync(logFile, 'utf8');
    expect(log).toContain('a handler failed');
    expect(log).toContain('answered without the database');
    expect(tracesOf(canaries, [logFile])).toEqual([]);
    expect(tracesOf(canaries, await writtenFiles(skip))).toEqual([]);
  });

  it('would be found if they were there', async ({ skip }) => {
    const planted = 'Wkzzyggrophantle';
    await database.run(`UPDATE "Community" SET "zone" = '${planted}'`);
    expect(tracesOf([planted], await writtenFiles(skip))).not.toEqual([]);
  });
});
