import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { isOpenToOthers, writeNewFile } from '../private-files.ts';
import { StorageUnavailable } from '../unavailable.ts';

/** The operator's master key and its path. */
export interface KeyFile {
  readonly path: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** Whether another user of the machine has a right to the file. */
  readonly open: boolean;
}

/**
 * Returns the first key that exists; null if there is none.
 * @throws StorageUnavailable if a file exists but cannot be read, or is no key, or is a link whose target is missing
 */
export function readKeyFile(places: readonly string[]): KeyFile | null {
  for (const path of places) {
    const text = readIfThere(path);
    if (text === null) continue;
    const secret = Buffer.from(text.trim(), 'base64');
    if (secret.length === 32) return { path, secret, open: isOpenToOthers(path) };
    throw new StorageUnavailable(
      `${path} is no master key: that is 32 bytes in base64, on one line.`,
      'the master key is not valid',
    );
  }
  return null;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') refuseBrokenLink(path);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(`The master key ${path} cannot be read (${code}).`, error);
  }
}

/**
 * Refuses a broken link, because its target may be on a disk that is not mounted yet, and a key created elsewhere would
 * be another key.
 */
function refuseBrokenLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw unreadable(
    `The master key ${path} is a link, and its target ${readlinkSync(path)} is missing. Mount the disk or the secret that holds it, or remove the link. Nothing was written.`,
  );
}

function unreadable(sentence: string, cause?: unknown): StorageUnavailable {
  return new StorageUnavailable(sentence, 'the master key cannot be read', { cause });
}

/**
 * Creates a key in the first writable place, readable only by its owner. It is on the disk when this returns, because
 * sealed data must never outlive its key.
 * @throws StorageUnavailable if there is no such place
 */
export function makeKeyFile(places: readonly string[]): KeyFile {
  const secret = randomBytes(32);
  let reason: unknown;
  for (const path of places) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeNewFile(path, `${secret.toString('base64')}\n`);
      return { path, secret, open: false };
    } catch (error) {
      reason = error;
      const madeMeanwhile = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKeyFile([path]) : null;
      if (madeMeanwhile !== null) return madeMeanwhile;
    }
  }
  throw new StorageUnavailable(
    `No master key can be made: ${places.join(' and ')} cannot be written (${(reason as NodeJS.ErrnoException).code}). Set HANDRAIL_MASTER_KEY_FILE to a path that can.`,
    'no master key can be made',
    { cause: reason },
  );
}
