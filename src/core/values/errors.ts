/** The codes of errors that a person can fix. Each error has a plain sentence; any other error is a bug. */
export type ErrorCode =
  | 'bad-configuration'
  | 'bad-content'
  | 'bad-feed'
  | 'bad-usage'
  | 'already-running'
  | 'not-installed'
  | 'storage-unavailable'
  | 'unreadable';

/** An expected failure with a sentence for the operator. The sentence never contains what a member said. */
export class HandrailError extends Error {
  override readonly name = 'HandrailError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}

export function isStorageAway(error: unknown): error is HandrailError {
  return error instanceof HandrailError && error.code === 'storage-unavailable';
}

/** Replaces the result while the database is unavailable, for work that has a simpler answer without it. */
export function whenStorageIsAway<T>(instead: () => T): (error: unknown) => T {
  return (error) => {
    if (isStorageAway(error)) return instead();
    throw error;
  };
}

/** Ends a switch over a closed union, so that a variant without a case does not compile. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
