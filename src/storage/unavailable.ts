import { HandrailError } from '../core/values/errors.ts';

/** The database, or its master key, cannot be used now. */
export class StorageUnavailable extends HandrailError {
  /** The reason for network clients: no path, host, user or migration. */
  readonly publicReason: string;

  /** @param sentence for the operator, with paths and what to do */
  constructor(sentence: string, publicReason: string, options?: ErrorOptions) {
    super('storage-unavailable', sentence, options);
    this.publicReason = publicReason;
  }
}

/** The error codes of a database or file system that cannot be read or written now, with their reasons. */
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
  // PostgreSQL: its SQLSTATE codes, and the names that Prisma's adapter gives to network errors.
  25006: 'it is read-only',
  '28000': 'its server does not let this user in',
  '28P01': 'its server does not know this user, or the password is another one',
  '3D000': 'its server has no database of that name',
  42501: 'this user may not use its tables',
  53100: "its server's disk is full",
  53200: 'its server is out of memory',
  53300: 'its server takes no more connections',
  '55P03': 'somebody else holds a lock on its tables',
  57014: 'its server does not answer in time',
  '57P01': 'its server is stopping',
  '57P02': 'its server stopped suddenly',
  '57P03': 'its server is starting or stopping',
  58030: "its server's disk does not answer",
  XX001: 'it is damaged',
  XX002: 'it is damaged',
  DatabaseNotReachable: 'its server cannot be reached',
  ConnectionClosed: 'its server closed the connection',
  SocketTimeout: 'it does not answer in time',
  TlsConnectionError: 'no safe connection (TLS) to its server can be made',
  ECONNREFUSED: 'its server cannot be reached',
  ECONNRESET: 'its server closed the connection',
  EPIPE: 'its server closed the connection',
  ETIMEDOUT: 'its server does not answer in time',
  EHOSTUNREACH: 'its server cannot be reached',
  ENETUNREACH: 'its server cannot be reached',
  ENOTFOUND: "its server's name is not known",
  EAI_AGAIN: "its server's name cannot be looked up",
};

/** The SQLSTATE classes for trouble of PostgreSQL itself, not of our statements. */
const serverAway = /^(08|53|55|57|58|XX)[0-9A-Z]{3}$/;

/** The errors of the drivers and Prisma that have only a message, and the code for each. */
const inWords: readonly (readonly [RegExp, string])[] = [
  [/Connection terminated|Connection ended|not queryable/, 'ConnectionClosed'],
  [/timeout exceeded when trying to connect|Query read timeout/, 'SocketTimeout'],
  [/Unable to start a transaction in the given time|on an expired transaction/, 'SocketTimeout'],
];

/** Returns a StorageUnavailable if the error means that; any other error unchanged. */
export function asUnavailable(error: unknown, database: string): unknown {
  if (error instanceof HandrailError) return error;
  const reason = unavailableReason(error);
  if (reason === undefined) return error;
  const sentence = `The database ${database} cannot be used: ${reason}.`;
  return new StorageUnavailable(sentence, `the database cannot be used (${reason})`, { cause: error });
}

function unavailableReason(error: unknown): string | undefined {
  for (const code of codesOf(error)) {
    // Extended codes ("SQLITE_READONLY_DBMOVED") begin with the plain one.
    const reason = unavailable[code] ?? unavailable[code.split('_').slice(0, 2).join('_')];
    if (reason !== undefined) return reason;
    if (serverAway.test(code)) return `its server says ${code}`;
  }
  return undefined;
}

export function isBusy(error: unknown): boolean {
  return codesOf(error).some((code) => /^SQLITE_(BUSY|LOCKED)/.test(code));
}

const conflictTries = 5;

/** Retries after a conflict with another transaction, because the next attempt finds the row that it created. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || tries === conflictTries) throw error;
    }
  }
}

/** A violated unique constraint, a serialization failure, or a deadlock. */
function isConflict(error: unknown): boolean {
  return codesOf(error).some((code) => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)|^(23505|40001|40P01)$/.test(code));
}

/** Returns the driver's codes, wherever Prisma puts them. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Object && depth < 5; depth += 1) {
    const { originalCode, code, kind, message, cause, meta } = at as {
      originalCode?: unknown;
      code?: unknown;
      kind?: unknown;
      message?: unknown;
      cause?: unknown;
      meta?: { driverAdapterError?: unknown };
    };
    codes.push(...[originalCode, code, kind].filter((value) => typeof value === 'string'));
    codes.push(...inWords.filter(([words]) => words.test(String(message))).map(([, code]) => code));
    at = meta?.driverAdapterError ?? cause;
  }
  return codes;
}
