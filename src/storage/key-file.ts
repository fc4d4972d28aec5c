import { randomBytes, randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { HandrailError } from '../core/errors.ts';

/** The operator's master key, where it is. */
export interface KeyFile {
  readonly path: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** Another user of the machine may read it too. */
  readonly open: boolean;
}

/**
 * The first that is there. Null where there is none.
 * @throws HandrailError('storage-unavailable') where one is there and cannot be read, or is no key
 */
export function readKeyFile(places: readonly string[]): KeyFile | null {
  for (const path of places) {
    const text = readIfThere(path);
    if (text === null) continue;
    const secret = Buffer.from(text.trim(), 'base64');
    if (secret.length === 32) return { path, secret, open: (statSync(path).mode & 0o077) !== 0 };
    throw new HandrailError(
      'storage-unavailable',
      `${path} is no master key: that is 32 bytes in base64, on one line.`,
    );
  }
  return null;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new HandrailError('storage-unavailable', `The master key ${path} cannot be read (${code}).`, {
      cause: error,
    });
  }
}

/**
 * Makes one in the first place that can be written, which only its owner can read. It is on the disk when this returns:
 * what is sealed with it must never outlive it.
 * @throws HandrailError('storage-unavailable') where there is no such place
 */
export function makeKeyFile(places: readonly string[]): KeyFile {
  const secret = randomBytes(32);
  let reason: unknown;
  for (const path of places) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeWhole(path, `${secret.toString('base64')}\n`);
      return { path, secret, open: false };
    } catch (error) {
      reason = error;
      const madeMeanwhile = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKeyFile([path]) : null;
      if (madeMeanwhile !== null) return madeMeanwhile;
    }
  }
  throw new HandrailError(
    'storage-unavailable',
    `No master key can be made: ${places.join(' and ')} cannot be written (${(reason as NodeJS.ErrnoException).code}). Set HANDRAIL_MASTER_KEY_FILE to a path that can.`,
    { cause: reason },
  );
}

/** All of it or nothing, whatever stops the program; and never in place of another file. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.${randomUUID()}.new`;
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: 0o600, flush: true });
    linkSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
  syncFolder(dirname(path));
}

/** A new file's name is on the disk only when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
