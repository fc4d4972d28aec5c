import { HandrailError } from '../core/errors.ts';

/** What SQLite says when nobody can write or read just now: a full disk, a lost folder, a lock held too long. */
const unavailable: Record<string, string> = {
  SQLITE_BUSY: 'another program holds its write lock',
  SQLITE_LOCKED: 'another program holds its write lock',
  SQLITE_FULL: 'the disk is full',
  SQLITE_READONLY: 'it is read-only',
  SQLITE_CANTOPEN: 'its file cannot be opened',
  SQLITE_IOERR: 'its disk does not answer',
  SQLITE_CORRUPT: 'its file is damaged',
  SQLITE_NOTADB: 'its file is not a database',
  SQLITE_PERM: 'this user may not use its file',
  EACCES: 'this user may not write to its folder',
  EPERM: 'this user may not write to its folder',
  EROFS: 'its folder is read-only',
  ENOSPC: 'the disk is full',
  ENOENT: 'its folder cannot be made',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
};

/** The error as 'storage-unavailable' where that is what it means; any other error as it is. */
export function asUnavailable(error: unknown, file: string): unknown {
  if (error instanceof HandrailError) return error;
  const reason = unavailableReason(error);
  if (reason === undefined) return error;
  return new HandrailError('storage-unavailable', `The database ${file} cannot be used: ${reason}.`, { cause: error });
}

function unavailableReason(error: unknown): string | undefined {
  const code = driverCode(error);
  if (code === undefined) return undefined;
  // Extended codes ("SQLITE_READONLY_DBMOVED") begin with the plain one.
  return unavailable[code] ?? unavailable[code.split('_').slice(0, 2).join('_')];
}

export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(driverCode(error) ?? '');
}

/** Two that made the same row at once: the second finds it there when it tries again. */
export function isConflict(error: unknown): boolean {
  return /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(driverCode(error) ?? '');
}

/** better-sqlite3's own code, wherever Prisma has put it. */
function driverCode(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Object && depth < 5; depth += 1) {
    const { originalCode, code, cause, meta } = at as {
      originalCode?: unknown;
      code?: unknown;
      cause?: unknown;
      meta?: { driverAdapterError?: unknown };
    };
    if (typeof originalCode === 'string') return originalCode;
    if (typeof code === 'string' && /^(SQLITE_|E[A-Z]+$)/.test(code)) return code;
    at = meta?.driverAdapterError ?? cause;
  }
  return undefined;
}
