import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { Log } from '../../core/values/log.ts';
import { replaceFile } from '../private-files.ts';
import { StorageUnavailable } from '../unavailable.ts';

/** The identity of the file at a path: another file there has another inode or device. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** Returns null if there is no file. @throws the file system's error if the path cannot be read */
export function identityOf(path: string): FileIdentity | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : { device: found.dev, inode: found.ino };
}

export function isSameFile(one: FileIdentity, other: FileIdentity | null): boolean {
  return one.device === other?.device && one.inode === other.inode;
}

/** Returns the file's real path, because SQLite puts its other files there, not beside a link. */
export function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/**
 * Returns the error to use while another file, or none, is at the path of the open file; null while it is the same.
 * Writes to the open file are lost then, because a later start would find another file.
 */
export function replacedSince(file: string, opened: FileIdentity): StorageUnavailable | null {
  let now: FileIdentity | null;
  try {
    now = identityOf(file);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    const sentence = `${file}, which the bot has open, cannot be looked at (${code}).`;
    return new StorageUnavailable(sentence, 'the database cannot be used (its file cannot be looked at)');
  }
  if (isSameFile(opened, now)) return null;
  const what =
    now === null
      ? `${file} is gone: it was moved or deleted while the bot was running.`
      : `${file} is another file now than the one that the bot has open: it was replaced while the bot was running.`;
  const real = realFile(file);
  const sentence = `${what} ${whereIs(opened, real)} Nothing is read or saved any more. Stop the bot, move ${real}-wal and ${real}-shm out of the folder, since they belong to the file before, and start it again. docs/operators.md, "Copying the database", says how to put a copy in place.`;
  return new StorageUnavailable(sentence, 'the database cannot be used (its file was replaced or moved)');
}

function whereIs(opened: FileIdentity, file: string): string {
  const found = descriptorOf(opened);
  if (found === null) return 'The file that the bot has open was moved or deleted.';
  if (!found.path.endsWith(' (deleted)')) return `The file that the bot has open is ${found.path} now.`;
  return `The file that the bot has open was deleted, and is lost when the bot ends: to keep it, first copy ${found.descriptor} to handrail.db in another folder, and ${file}-wal to handrail.db-wal there.`;
}

/**
 * Returns the descriptor through which this process has the file open; null if the system does not say (only Linux
 * does).
 */
function descriptorOf(opened: FileIdentity): { descriptor: string; path: string } | null {
  const descriptors = `/proc/${process.pid}/fd`;
  try {
    for (const name of readdirSync(descriptors)) {
      const descriptor = `${descriptors}/${name}`;
      if (isSameFile(opened, identityOf(descriptor))) return { descriptor, path: readlinkSync(descriptor) };
    }
  } catch {
    // The system has no /proc, or denies access to it.
  }
  return null;
}

/**
 * Refuses a -wal that belongs to another file than the one at the path now, because SQLite would write it into this one
 * and damage it. Call it before SQLite opens the file. Only the note of the last start can tell: if the -wal is
 * different too, both were copied together; without a note, an earlier version was the last to run.
 * @throws StorageUnavailable with what to move where
 */
export function refuseForeignWal(file: string): void {
  const real = realFile(file);
  const wal = statSync(`${real}-wal`, { bigint: true, throwIfNoEntry: false });
  const noted = readNote(real);
  if (wal === undefined || wal.size === 0n || noted === null) return;
  const main = identityOf(real);
  // Compares only inodes, because a device number may change when the machine restarts.
  const walIsNoted = noted.wal === null || noted.wal === wal.ino;
  if (main?.inode === noted.main || !walIsNoted) return;
  throw new StorageUnavailable(
    main === null
      ? `${real} is missing, and ${real}-wal is there, which holds a part of it. Put the file back; or, to begin without it, move ${real}-wal and ${real}-shm to another folder. Nothing was written.`
      : `${real}-wal belongs to another file than the ${real} that is there now, and would damage it. Move ${real}-wal and ${real}-shm to another folder, together with the file that they belong to where you have it; or, if you are sure that they belong to this one, delete ${notePath(real)}. Nothing was written.`,
    'the database cannot be used (files of two databases are mixed in its folder)',
  );
}

/** Records which file and -wal belong together, for a later start. Warns if it cannot be written. */
export function noteFiles(file: string, log: Log): void {
  const real = realFile(file);
  const main = identityOf(real);
  if (main === null) return;
  const wal = identityOf(`${real}-wal`);
  const noted = readNote(real);
  if (noted !== null && noted.main === main.inode && noted.wal === (wal?.inode ?? null)) return;
  try {
    replaceFile(notePath(real), `${main.inode} ${wal?.inode ?? '-'}\n`);
  } catch (error) {
    // A full disk must not stop the bot, because the data can still be read.
    log.warn('which file is open cannot be noted', {
      path: notePath(real),
      reason: (error as NodeJS.ErrnoException).code ?? 'unknown reason',
    });
  }
}

interface Note {
  readonly main: bigint;
  /** null: there was no -wal, or it was created after the note. */
  readonly wal: bigint | null;
}

/** Returns null if there is no note, or it is unreadable. */
function readNote(file: string): Note | null {
  let text: string;
  try {
    text = readFileSync(notePath(file), 'utf8');
  } catch {
    return null;
  }
  const [, main, wal] = /^(\d+) (\d+|-)\n$/.exec(text) ?? [];
  if (main === undefined || wal === undefined) return null;
  return { main: BigInt(main), wal: wal === '-' ? null : BigInt(wal) };
}

function notePath(file: string): string {
  return `${file}.inode`;
}
