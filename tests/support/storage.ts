import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Log } from '../../src/core/values/log.ts';
import { postgresql } from '../../src/storage/dialect/postgresql.ts';
import type { ClockOffset } from '../../src/storage/dialect/sql-clock.ts';
import { sqlite } from '../../src/storage/dialect/sqlite.ts';
import { openStorage, type Storage } from '../../src/storage/open.ts';

export const quietLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A folder of its own for a test, gone when `remove` is called. */
export function scratchFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'handrail-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

interface OpenOptions {
  readonly clockOffset?: ClockOffset;
  readonly alone?: boolean;
  readonly log?: Log;
  readonly keyFiles?: readonly string[];
  readonly retryAfterMs?: number;
  readonly compareFileEveryMs?: number;
  readonly onKeyMade?: (path: string) => void;
}

/** SQLite in `file`, with its key beside it. A new one is a copy: its tables were made for the first test that opened one. */
export async function openSqliteStorage(file: string, options: OpenOptions = {}): Promise<Storage> {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, await (emptyTables ??= makeEmptyTables()), { mode: 0o600 });
  }
  return openFreshSqliteStorage(file, options);
}

let emptyTables: Promise<Uint8Array> | undefined;

async function makeEmptyTables(): Promise<Uint8Array> {
  const folder = scratchFolder();
  const file = join(folder.path, 'handrail.db');
  const client = await sqlite(file, false).open(quietLog);
  await client.$disconnect();
  const bytes = readFileSync(file);
  folder.remove();
  return bytes;
}

/** The same, of which the tables are made where there are none. */
export function openFreshSqliteStorage(file: string, options: OpenOptions = {}): Promise<Storage> {
  const { alone = true, log = quietLog, onKeyMade = () => {}, keyFiles = [keyBeside(file)], ...rest } = options;
  return openStorage({ database: sqlite(file, alone), keyFiles, log, onKeyMade, ...rest });
}

/** PostgreSQL at `url`; its key must be there. */
export function openPostgresStorage(
  url: string,
  keyFile: string,
  options: Pick<OpenOptions, 'log' | 'retryAfterMs' | 'clockOffset'> = {},
): Promise<Storage> {
  const { log = quietLog, ...rest } = options;
  return openStorage({ database: postgresql(url), keyFiles: [keyFile], log, onKeyMade: () => {}, ...rest });
}

/** Makes a master key beforehand, because PostgreSQL's bots make none; in SQLite's usual place in tests. */
export function newKey(folder: string): string {
  const path = join(folder, 'handrail.key');
  writeFileSync(path, randomBytes(32).toString('base64'), { mode: 0o600 });
  return path;
}

function keyBeside(file: string): string {
  return join(dirname(file), 'handrail.key');
}
