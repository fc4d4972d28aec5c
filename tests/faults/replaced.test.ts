import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Temporal } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { openFreshSqliteStorage, scratchFolder } from '../support/storage.ts';
import { openWorld } from '../support/world.ts';
import { BotProcess } from './bot-process.ts';

const now = Temporal.Instant.from('2026-03-01T12:00Z');
const soon = { timeout: 15_000, interval: 20 };

let folder: ReturnType<typeof scratchFolder>;
let file: string;
let key: string;
const opened: Storage[] = [];

beforeEach(() => {
  folder = scratchFolder();
  mkdirSync(join(folder.path, 'data'), { mode: 0o700 });
  file = join(folder.path, 'data', 'handrail.db');
  key = join(folder.path, 'data.key');
});
afterEach(async () => {
  await closeAll();
  folder.remove();
});

async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
}

interface OpenOptions {
  readonly alone?: boolean;
  readonly compareFileEveryMs?: number;
}

async function open(path = file, options: OpenOptions = {}): Promise<Storage> {
  const storage = await openFreshSqliteStorage(path, {
    compareFileEveryMs: 20,
    ...options,
    keyFiles: [key],
    retryAfterMs: 20,
  });
  opened.push(storage);
  return storage;
}

async function save({ store }: Storage, name: string): Promise<void> {
  await store.transaction((tx) => tx.members.ensure({ platform: 'memory', key: name }, now));
}

async function knows({ store }: Storage, name: string): Promise<boolean> {
  return (await store.members.find({ platform: 'memory', key: name })) !== null;
}

/** A database of its own that knows Zoe, closed: the copy that an operator puts in place. */
async function otherDatabase(): Promise<string> {
  const other = join(folder.path, 'other', 'handrail.db');
  const storage = await open(other);
  for (const name of ['zoe', 'yan', 'xi']) await save(storage, name);
  await storage.close();
  expect(existsSync(`${other}-wal`)).toBe(false);
  return other;
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function putAway(...endings: string[]): void {
  const away = join(folder.path, 'away');
  mkdirSync(away, { recursive: true });
  for (const ending of endings) {
    if (existsSync(`${file}${ending}`)) renameSync(`${file}${ending}`, join(away, `${basename(file)}${ending}`));
  }
}

function expectWhole(path: string): void {
  const db = new Database(path);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
}

describe('a database file that is replaced while the bot runs', () => {
  it('is noticed: the bot answers help alone, reads and saves nothing, and says what to do', async () => {
    const other = await otherDatabase();
    const storage = await open();
    await save(storage, 'amy');
    renameSync(other, file);
    await vi.waitFor(() => expect(storage.trouble()).not.toBeNull(), soon);
    expect(storage.trouble()).toContain(`${file} is another file now than the one that the bot has open`);
    expect(storage.trouble()).toContain(`Stop the bot, move ${file}-wal and ${file}-shm out of the folder`);
    expect(storage.publicReason()).toBe('the database cannot be used (its file was replaced or moved)');
    await expect(save(storage, 'ben')).rejects.toMatchObject({ code: 'storage-unavailable' });
    await expect(knows(storage, 'amy')).rejects.toMatchObject({ code: 'storage-unavailable' });
    const world = await openWorld({ store: storage.store });
    expect((await world.person('amy', { zone: 'UTC' }).says('/sos IE')).text).toContain('Samaritans');
    await world.close();
  });

  it('is left as it is, also when the bot ends, and so is what lies beside it', async () => {
    const [other, storage] = [await otherDatabase(), await open()];
    await save(storage, 'amy');
    const beside = await open(other);
    await save(beside, 'will');
    // A database in use, with a -wal of its own, put in place of all three.
    putAway('-wal', '-shm');
    for (const ending of ['-wal', '-shm', '']) copyFileSync(`${other}${ending}`, join(folder.path, `new${ending}`));
    for (const ending of ['-wal', '-shm', '']) renameSync(join(folder.path, `new${ending}`), `${file}${ending}`);
    const before = [hashOf(file), hashOf(`${file}-wal`)];
    await vi.waitFor(() => expect(storage.trouble()).toContain('is another file now'), soon);
    await closeAll();
    expect([hashOf(file), hashOf(`${file}-wal`)]).toEqual(before);

    const again = await open();
    expect(again.trouble()).toBeNull();
    expect(await knows(again, 'will')).toBe(true);
    expect(await knows(again, 'amy')).toBe(false);
  });

  it('is noticed at the latest when the bot ends, and then too it is left as it is', async () => {
    const [other, storage] = [await otherDatabase(), await open(file, { compareFileEveryMs: 60_000 })];
    await save(storage, 'amy');
    renameSync(other, file);
    const before = hashOf(file);
    await closeAll();
    expect(storage.trouble()).toContain('is another file now');
    expect(hashOf(file)).toBe(before);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  });

  it('is noticed where it is gone, and the bot makes none in its place', async () => {
    const storage = await open();
    await save(storage, 'amy');
    rmSync(file);
    await vi.waitFor(() => expect(storage.trouble()).toContain(`${file} is gone`), soon);
    await closeAll();
    expect(existsSync(file)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('says where the file is now that the bot has open', async () => {
    const storage = await open();
    await save(storage, 'amy');
    const moved = join(folder.path, 'moved.db');
    renameSync(file, moved);
    await vi.waitFor(
      () => expect(storage.trouble()).toContain(`The file that the bot has open is ${moved} now.`),
      soon,
    );
    rmSync(moved);
    await vi.waitFor(() => expect(storage.trouble()).toContain('was deleted, and is lost when the bot ends'), soon);
    const [, path = ''] = /first copy (\S+) to handrail\.db in another folder/.exec(String(storage.trouble())) ?? [];
    copyFileSync(path, moved);
    copyFileSync(`${file}-wal`, `${moved}-wal`);
    expect(await knows(await open(moved), 'amy')).toBe(true);
  });

  it('is used again when the right one is back in its place', async () => {
    const [other, storage] = [await otherDatabase(), await open()];
    await save(storage, 'amy');
    renameSync(file, `${file}.right`);
    renameSync(other, file);
    await vi.waitFor(() => expect(storage.trouble()).not.toBeNull(), soon);
    renameSync(`${file}.right`, file);
    await vi.waitFor(() => expect(storage.trouble()).toBeNull(), soon);
    await save(storage, 'ben');
    await closeAll();
    const again = await open();
    expect([await knows(again, 'amy'), await knows(again, 'ben')]).toEqual([true, true]);
  });
});

describe('a start beside the -wal of another file', () => {
  const settings = () => ({ DATABASE_URL: `file:${file}`, HANDRAIL_MASTER_KEY_FILE: key });

  /** A bot in a process of its own that is killed once Amy's check-in was acknowledged. */
  async function killedBot(): Promise<void> {
    const bot = new BotProcess(settings());
    const lines = bot.lines[Symbol.asyncIterator]();
    expect(await lines.next()).toMatchObject({ value: 'ready' });
    bot.ask([{ id: '1', account: 'amy', at: String(now), asked: { kind: 'typed', name: 'checkin', rest: '' } }]);
    expect((await lines.next()).value).toContain('in a row');
    bot.kill9();
    await bot.gone();
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  }

  it('stops, says what to move, changes nothing, and comes back by itself', async () => {
    await killedBot();
    const other = await otherDatabase();
    renameSync(other, file);
    const before = [hashOf(file), hashOf(`${file}-wal`)];
    const second = new BotProcess(settings());
    const lines = second.lines[Symbol.asyncIterator]();
    await vi.waitFor(() => expect(second.complaints).toContain('database cannot be used'), soon);
    expect(second.complaints).toContain(`${file}-wal belongs to another file than the ${file} that is there now`);
    expect(second.complaints).toContain(`Move ${file}-wal and ${file}-shm to another folder`);
    expect([hashOf(file), hashOf(`${file}-wal`)]).toEqual(before);
    putAway('-wal', '-shm');
    expect(await lines.next()).toMatchObject({ value: 'ready' });
    second.end();
    await second.gone();
    expectWhole(file);
    expect(await knows(await open(), 'zoe')).toBe(true);
  });

  it('is refused to a command too', async () => {
    const other = await otherDatabase();
    const running = await open(file, { compareFileEveryMs: 60_000 });
    await save(running, 'amy');
    renameSync(other, file);
    const before = hashOf(file);
    const command = await open(file, { alone: false });
    expect(command.trouble()).toContain('belongs to another file');
    expect(command.trouble()).toContain(`if you are sure that they belong to this one, delete ${file}.inode.`);
    expect(hashOf(file)).toBe(before);
  });

  it('is refused where no file is there at all: SQLite would delete what the -wal holds', async () => {
    await killedBot();
    renameSync(file, `${file}.away`);
    const size = statSync(`${file}-wal`).size;
    const storage = await open();
    expect(storage.trouble()).toContain(`${file} is missing, and ${file}-wal is there`);
    expect(existsSync(file)).toBe(false);
    expect(statSync(`${file}-wal`).size).toBe(size);
    renameSync(`${file}.away`, file);
    await vi.waitFor(() => expect(storage.trouble()).toBeNull(), soon);
  });

  it('is no other start: a bot that was killed finds everything again', async () => {
    await killedBot();
    const again = await open();
    expect(again.trouble()).toBeNull();
    expect(await knows(again, 'amy')).toBe(true);
  });

  it('is not what a copy is: with its -wal, or without one, it is used', async () => {
    const storage = await open();
    await save(storage, 'amy');
    const copy = join(folder.path, 'copy');
    cpSync(join(folder.path, 'data'), copy, { recursive: true });
    await closeAll();
    const whole = await open(join(copy, 'handrail.db'));
    expect(whole.trouble()).toBeNull();
    expect(await knows(whole, 'amy')).toBe(true);
    await closeAll();

    // The note of the one before stays, its -wal is gone.
    renameSync(await otherDatabase(), file);
    const restored = await open();
    expect(restored.trouble()).toBeNull();
    expect(await knows(restored, 'zoe')).toBe(true);
  });

  it('is not known after an earlier version, which left no note: the bot starts', async () => {
    await killedBot();
    rmSync(`${file}.inode`);
    const again = await open();
    expect(again.trouble()).toBeNull();
    expect(await knows(again, 'amy')).toBe(true);
    expect(statSync(`${file}.inode`).mode & 0o777).toBe(0o600);
  });

  it('lets a command work beside the bot that runs, and after it', async () => {
    const running = await open();
    await save(running, 'amy');
    const command = await open(file, { alone: false });
    expect(command.trouble()).toBeNull();
    await save(command, 'ben');
    await command.close();
    expect(await knows(running, 'ben')).toBe(true);
    await closeAll();
    expect((await open(file, { alone: false })).trouble()).toBeNull();
  });
});
