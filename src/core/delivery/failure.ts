/** What is known of a request to a platform that did not succeed. `Refusal`: the platform's own words for its no. */
export type Failure<Refusal extends object = object> =
  /** The platform understood it and said no. */
  | ({ readonly kind: 'refused' } & Readonly<Refusal>)
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  /** It was not done, for certain. */
  | { readonly kind: 'unsent' }
  /** Nobody can know whether it was done: the connection broke, nothing came in time, or the platform's servers failed. */
  | { readonly kind: 'uncertain' }
  /** A part of it is done, and the rest is not, or nobody knows. */
  | { readonly kind: 'half-done' }
  /** Nothing that the platform or the network did. */
  | { readonly kind: 'bug' };

/** What has come of several tries or several requests, where the last error alone would say another thing. */
export class KnownFailure extends Error {
  override readonly name = 'KnownFailure';
  readonly kind: 'unsent' | 'uncertain' | 'half-done';

  constructor(kind: KnownFailure['kind'], cause?: unknown) {
    super(`A request of several is ${kind}`, { cause });
    this.kind = kind;
  }
}

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const endedBySignal = new Set(['AbortError', 'TimeoutError', 'RequestAbortedError']);

/** What an error says that is no answer of the platform's. A KnownFailure says it by itself. */
export function networkFailure(error: unknown): 'unsent' | 'uncertain' | 'bug' {
  const codes = networkCodes(error);
  if (codes.length === 0) return 'bug';
  return codes.some((code) => neverSent.has(code)) ? 'unsent' : 'uncertain';
}

/** Those of the error and of all that it wraps: by `cause`, or by `original`, as Slack's library does. */
function networkCodes(error: unknown, seen: ReadonlySet<unknown> = new Set()): readonly string[] {
  if (typeof error !== 'object' || error === null || seen.has(error)) return [];
  const { name, code, cause, original } = error as Readonly<Record<string, unknown>>;
  const own = [code, endedBySignal.has(String(name)) ? name : null].filter((one) => typeof one === 'string');
  const all = new Set([...seen, error]);
  return [...own, ...networkCodes(cause, all), ...networkCodes(original, all)];
}
