/** Why something that a person can mend went wrong. Each has a plain sentence; a bug is any other error. */
export type ErrorCode =
  | 'bad-configuration'
  | 'bad-content'
  | 'bad-feed'
  | 'bad-usage'
  | 'already-running'
  | 'not-installed'
  | 'storage-unavailable'
  | 'unreadable';

/** An expected failure with a sentence for whoever runs the bot. The sentence never holds what a member said. */
export class HandrailError extends Error {
  override readonly name = 'HandrailError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}

/** For what can be answered without the database too, only poorer. */
export function whenStorageIsAway<T>(instead: () => T): (error: unknown) => T {
  return (error) => {
    if (error instanceof HandrailError && error.code === 'storage-unavailable') return instead();
    throw error;
  };
}

/** For the end of a switch over a closed union: a variant without a case does not compile. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
