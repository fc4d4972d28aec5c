import { HandrailError } from '../../core/values/errors.ts';

/** Returns null for what was damaged or is somebody else's, because one row must not hide or hold up the others. */
export function readable<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    return nullIfUnreadable(error);
  }
}

/** @throws any other error */
export function nullIfUnreadable(error: unknown): null {
  if (error instanceof HandrailError && error.code === 'unreadable') return null;
  throw error;
}
