import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogFields } from '../../src/core/values/log.ts';
import { Temporal } from '../../src/core/values/time.ts';
import type { Storage } from '../../src/storage/open.ts';
import { openFreshSqliteStorage, quietLog, scratchFolder } from '../support/storage.ts';

let folder: ReturnType<typeof scratchFolder>;
let file: string;
let warned: { event: string; fields: LogFields }[];
const opened: Storage[] = [];

beforeEach(() => {
  folder = scratchFolder();
  file = join(folder.path, 'data', 'handrail.db');
  warned = [];
});
afterEach(async () => {
  await closeAll();
  folder.remove();
});

async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
}

const log = { ...quietLog, warn: (event: string, fields: LogFields = {}) => void warned.push({ event, fields }) };

async function open(): Promise<Storage> {
  const storage = await openFreshSqliteStorage(file, { log });
  opened.push(storage);
  expect(storage.trouble()).toBeNull();
  return storage;
}

async function save({ store }: Storage): Promise<void> {
  const now = Temporal.Instant.from('2026-03-01T12:00Z');
  await store.transaction((tx) => tx.members.ensure({ platform: 'memory', key: 'amy' }, now));
}

/** Every file in the data folder that another user could read or write, with its mode. */
function openFiles(): string[] {
  return readdirSync(dirname(file))
    .map((name) => `${name} ${(statSync(join(dirname(file), name)).mode & 0o777).toString(8)}`)
    .filter((line) => !line.endsWith(' 600'));
}

/** As it is in a process that was started with this umask. */
async function withUmask<T>(mask: number, work: () => Promise<T>): Promise<T> {
  const before = process.umask(mask);
  try {
    return await work();
  } finally {
    process.umask(before);
  }
}

describe("the data folder's files", () => {
  it.each(['022', '000', '002', '277'])('can be read by their owner alone, also with umask %s', async (mask) => {
    mkdirSync(dirname(file));
    chmodSync(dirname(file), 0o755);
    await withUmask(Number.parseInt(mask, 8), async () => save(await open()));
    const names = readdirSync(dirname(file));
    for (const name of ['handrail.db', 'handrail.db-wal', 'handrail.db-shm', 'handrail.db.lock', 'handrail.key']) {
      expect(names).toContain(name);
    }
    expect(openFiles()).toEqual([]);
  });

  it('that an earlier version left open to others are closed to them at a start', async () => {
    await save(await open());
    await closeAll();
    for (const name of readdirSync(dirname(file))) {
      if (name !== 'handrail.key') chmodSync(join(dirname(file), name), 0o644);
    }
    await save(await open());
    expect(openFiles()).toEqual([]);
  });

  it('are closed to others also where the master key is missing, since nothing else happens then', async () => {
    await save(await open());
    await closeAll();
    chmodSync(file, 0o664);
    const storage = await openFreshSqliteStorage(file, {
      log,
      keyFiles: [join(folder.path, 'no.key')],
      retryAfterMs: 60_000,
    });
    opened.push(storage);
    expect(storage.trouble()).toContain('is missing');
    expect(openFiles()).toEqual([]);
  });
});

describe('a data folder that other users may look into', () => {
  const warning = () => ({
    event: 'other users of this machine may look into the data folder',
    fields: { path: dirname(file), reason: 'let only the user of the bot look into it: chmod 700' },
  });

  it.each(['755', '750', '705', '710', '777'])('with mode %s is warned about once, with what to do', async (mode) => {
    mkdirSync(dirname(file));
    chmodSync(dirname(file), Number.parseInt(mode, 8));
    await open();
    expect(warned).toEqual([warning()]);
  });

  it('is not what the bot makes by itself', async () => {
    await withUmask(0, open);
    expect(existsSync(file)).toBe(true);
    expect(warned).toEqual([]);
  });
});
