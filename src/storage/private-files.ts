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

/** May another user of the machine do anything with the file or folder? @throws the file system's error */
export function isOpenToOthers(path: string): boolean {
  return (statSync(path).mode & groupAndOthers) !== 0;
}

/** Makes the file, empty, unless it is there; only its owner may read it, whatever the umask. */
export function makePrivateFile(path: string): void {
  let made: number;
  try {
    made = openSync(path, 'wx', ownerOnly);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  // A umask may take more than it should, even from the owner.
  fchmodSync(made, ownerOnly);
  closeSync(made);
}

/** Takes from other users what they may do with those of the files that are there. Warns where that is refused. */
export function closeToOthers(paths: readonly string[], log: Log): void {
  for (const path of paths) {
    const file = statSync(path, { throwIfNoEntry: false });
    if (file === undefined || (file.mode & groupAndOthers) === 0) continue;
    try {
      // By its path: opening and closing the file would end the locks that SQLite holds on it in this process.
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

/** All of it or nothing, whatever stops the program; and never in place of another file: that throws EEXIST. */
export function writeNewFile(path: string, text: string): void {
  writeWhole(path, text, linkSync);
}

/** All of it or nothing, whatever stops the program; what was there before is gone. */
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

/** A new file's name is on the disk only when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
