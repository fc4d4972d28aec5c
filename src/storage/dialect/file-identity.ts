import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { Log } from '../../core/values/log.ts';
import { replaceFile } from '../private-files.ts';
import { StorageUnavailable } from '../unavailable.ts';

/** Which file lies at a path: another one there has another inode, or another device. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** Null where no file is there. @throws the file system's error where it cannot be looked at */
export function identityOf(path: string): FileIdentity | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : { device: found.dev, inode: found.ino };
}

export function isSameFile(one: FileIdentity, other: FileIdentity | null): boolean {
  return one.device === other?.device && one.inode === other.inode;
}

/** Where SQLite keeps the files that belong to this one: beside the file itself, not beside a link to it. */
export function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/**
 * The error to answer with while another file, or none, is at the path of the file that is open; null while it is the same.
 * What is written to the open file meanwhile is in no file that a later start would find.
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

/** The descriptor through which this process has the file open. Null where the system does not say (it is Linux that does). */
function descriptorOf(opened: FileIdentity): { descriptor: string; path: string } | null {
  const descriptors = `/proc/${process.pid}/fd`;
  try {
    for (const name of readdirSync(descriptors)) {
      const descriptor = `${descriptors}/${name}`;
      if (isSameFile(opened, identityOf(descriptor))) return { descriptor, path: readlinkSync(descriptor) };
    }
  } catch {
    // A system without /proc, or one that does not let us look.
  }
  return null;
}

/**
 * Refuses a -wal that was written for another file than the one at the path now, because SQLite would write it into this
 * one and damage it. To be called before SQLite opens the file. Only the note of the last start tells: a file whose -wal
 * is another one too was copied together with it, and without a note an earlier version was here last.
 * @throws StorageUnavailable with what to move where
 */
export function refuseForeignWal(file: string): void {
  const real = realFile(file);
  const wal = statSync(`${real}-wal`, { bigint: true, throwIfNoEntry: false });
  const noted = readNote(real);
  if (wal === undefined || wal.size === 0n || noted === null) return;
  const main = identityOf(real);
  // Inodes alone: a device may have another number after the machine starts again.
  const walIsNoted = noted.wal === null || noted.wal === wal.ino;
  if (main?.inode === noted.main || !walIsNoted) return;
  throw new StorageUnavailable(
    main === null
      ? `${real} is missing, and ${real}-wal is there, which holds a part of it. Put the file back; or, to begin without it, move ${real}-wal and ${real}-shm to another folder. Nothing was written.`
      : `${real}-wal belongs to another file than the ${real} that is there now, and would damage it. Move ${real}-wal and ${real}-shm to another folder, together with the file that they belong to where you have it; or, if you are sure that they belong to this one, delete ${notePath(real)}. Nothing was written.`,
    'the database cannot be used (files of two databases are mixed in its folder)',
  );
}

/** Notes which file and which -wal belong together, for a later start. Warns where it cannot be written. */
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
    // On a full disk what is there can still be read.
    log.warn('which file is open cannot be noted', {
      path: notePath(real),
      reason: (error as NodeJS.ErrnoException).code ?? 'unknown reason',
    });
  }
}

interface Note {
  readonly main: bigint;
  /** null: there was none, or one that came after the note. */
  readonly wal: bigint | null;
}

/** Null where there is none, or one that cannot be read. */
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
