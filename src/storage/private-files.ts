import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '../core/values/log.ts';

const ownerOnly = 0o600;
const groupAndOthers = 0o077;

/** Whether another user of the machine has any right to the file or folder. @throws the file system's error */
export function isOpenToOthers(path: string): boolean {
  return (statSync(path).mode & groupAndOthers) !== 0;
}

/** Creates an empty file unless it exists; only its owner may read it, whatever the umask. */
export function makePrivateFile(path: string): void {
  let made: number;
  try {
    made = openSync(path, 'wx', ownerOnly);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  // Sets the mode again, because a umask may remove rights even from the owner.
  fchmodSync(made, ownerOnly);
  closeSync(made);
}

/** Removes other users' rights to those files that exist. Warns if that is refused. */
export function closeToOthers(paths: readonly string[], log: Log): void {
  for (const path of paths) {
    const file = statSync(path, { throwIfNoEntry: false });
    if (file === undefined || (file.mode & groupAndOthers) === 0) continue;
    try {
      // Uses the path, because opening and closing the file would release SQLite's locks on it in this process.
      chmodSync(path, ownerOnly);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
      log.warn('other users of this machine may read a file of the bot, and its mode cannot be changed', {
        path,
        reason,
      });
    }
  }
}

/** Writes the file atomically, even if the program stops. @throws EEXIST if the file exists */
export function writeNewFile(path: string, text: string): void {
  writeWhole(path, text, linkSync);
}

/** Replaces the file atomically, even if the program stops. */
export function replaceFile(path: string, text: string): void {
  writeWhole(path, text, renameSync);
}

function writeWhole(path: string, text: string, putInPlace: (from: string, to: string) => void): void {
  const beside = `${path}.${randomUUID()}.new`;
  try {
    makePrivateFile(beside);
    writeFileSync(beside, text, { flush: true });
    putInPlace(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
  syncFolder(dirname(path));
}

/** Syncs the folder, because a new file's name is on the disk only when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
