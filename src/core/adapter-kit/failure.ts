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

/** Without a connection, no request leaves. The codes are Node's (libuv, TLS) and undici's. */
const neverSent = [
  /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EMFILE|ENFILE|ENOBUFS)$/,
  /^(EAI_\w+|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_TLS|ERR_SOCKET_CONNECTION_TIMEOUT|ERR_TLS_HANDSHAKE_TIMEOUT)$/,
  // The certificate is checked before the request is written: https://nodejs.org/api/tls.html#x509-certificate-error-codes
  /^(CERT_|CRL_|UNABLE_TO_|ERR_TLS_CERT_)\w+$/,
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH)$/,
  /^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/,
];

/** The request may have left by then, and the answer may have been on its way. */
const broken = [
  /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTCONN|ESHUTDOWN|EPROTO)$/,
  /^UND_ERR_(SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT|ABORT|ABORTED|DESTROYED|CLOSED|INFO)$/,
  /^UND_ERR_(HEADERS_OVERFLOW|RES_\w+|RESPONSE\w*)$/,
  /^(ERR_STREAM_PREMATURE_CLOSE|Z_DATA_ERROR|Z_BUF_ERROR)$/,
  // Nobody could read what came: no HTTP, or no TLS.
  /^(HPE_|ERR_SSL_)\w+$/,
];

const endedBySignal = new Set(['AbortError', 'TimeoutError', 'RequestAbortedError']);

/**
 * What an error says that is no answer of the platform's. A KnownFailure says it by itself. Any code that is not the
 * network's is a bug, because trying again would not mend it.
 */
export function networkFailure(error: unknown): 'unsent' | 'uncertain' | 'bug' {
  const codes = codesIn(error);
  const some = (patterns: readonly RegExp[]) => codes.some((code) => patterns.some((pattern) => pattern.test(code)));
  if (some(neverSent)) return 'unsent';
  return some(broken) || codes.some((code) => endedBySignal.has(code)) ? 'uncertain' : 'bug';
}

/** Those of the error and of all that it wraps: by `cause`, or by `original`, as Slack's library does. */
function codesIn(error: unknown, seen: ReadonlySet<unknown> = new Set()): readonly string[] {
  if (typeof error !== 'object' || error === null || seen.has(error)) return [];
  const { name, code, cause, original } = error as Readonly<Record<string, unknown>>;
  const own = [code, endedBySignal.has(String(name)) ? name : null].filter((one) => typeof one === 'string');
  const all = new Set([...seen, error]);
  return [...own, ...codesIn(cause, all), ...codesIn(original, all)];
}
