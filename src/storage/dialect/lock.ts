import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { HandrailError } from '../../core/values/errors.ts';
import { makePrivateFile } from '../private-files.ts';

/**
 * Allows one bot per database file. The lock is an exclusive transaction on a small file beside it, because the system
 * releases it however the process ends.
 * @throws HandrailError 'already-running' if another bot holds it
 */
export function lockForOneBot(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  makePrivateFile(`${file}.lock`);
  const lock = new Database(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new HandrailError(
      'already-running',
      `Another Handrail already uses ${file}. Stop that one first, or give this one a folder of its own: HANDRAIL_DATA_DIR=./other-data`,
      { cause: error },
    );
  }
  return () => lock.close();
}
