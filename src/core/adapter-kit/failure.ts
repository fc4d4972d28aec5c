import type { Limited } from '../platform/platform.ts';

/** What is known about a failed request to a platform. `Refusal`: the platform's own reason. */
export type Failure<Refusal extends object = object> =
  /** The platform understood it and refused. */
  | ({ readonly kind: 'refused' } & Readonly<Refusal>)
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number; readonly limited: Limited }
  /** It was certainly not done. */
  | { readonly kind: 'unsent' }
  /** It may or may not have been done: the connection broke, the deadline passed, or the platform's servers failed. */
  | { readonly kind: 'uncertain' }
  /** A part of it is done; the rest is not, or may not be. */
  | { readonly kind: 'half-done' }
  /** Neither the platform nor the network caused it. */
  | { readonly kind: 'bug' };

/** The result of several attempts or requests, where the last error alone would be misleading. */
export class KnownFailure extends Error {
  override readonly name = 'KnownFailure';
  readonly kind: 'unsent' | 'uncertain' | 'half-done';

  constructor(kind: KnownFailure['kind'], cause?: unknown) {
    super(`A request of several is ${kind}`, { cause });
    this.kind = kind;
  }
}

/** No request was sent, because there was no connection. The codes are Node's (libuv, TLS) and undici's. */
const neverSent = [
  /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|EMFILE|ENFILE|ENOBUFS)$/,
  /^(EAI_\w+|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_TLS|ERR_SOCKET_CONNECTION_TIMEOUT|ERR_TLS_HANDSHAKE_TIMEOUT)$/,
  // The certificate is checked before the request is written: https://nodejs.org/api/tls.html#x509-certificate-error-codes
  /^(CERT_|CRL_|UNABLE_TO_|ERR_TLS_CERT_)\w+$/,
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH)$/,
  /^(INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/,
];

/** The request may have been sent, and the answer may have been on its way. */
const broken = [
  /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTCONN|ESHUTDOWN|EPROTO)$/,
  /^UND_ERR_(SOCKET|HEADERS_TIMEOUT|BODY_TIMEOUT|ABORT|ABORTED|DESTROYED|CLOSED|INFO)$/,
  /^UND_ERR_(HEADERS_OVERFLOW|RES_\w+|RESPONSE\w*)$/,
  /^(ERR_STREAM_PREMATURE_CLOSE|Z_DATA_ERROR|Z_BUF_ERROR)$/,
  // The response was not readable: no HTTP, or no TLS.
  /^(HPE_|ERR_SSL_)\w+$/,
];

const endedBySignal = new Set(['AbortError', 'TimeoutError', 'RequestAbortedError']);

/**
 * Classifies an error that is not the platform's answer. A KnownFailure carries its own kind. Any code that is not a
 * network code is a bug, because a retry would not help.
 */
export function networkFailure(error: unknown): 'unsent' | 'uncertain' | 'bug' {
  const codes = codesIn(error);
  const some = (patterns: readonly RegExp[]) => codes.some((code) => patterns.some((pattern) => pattern.test(code)));
  if (some(neverSent)) return 'unsent';
  return some(broken) || codes.some((code) => endedBySignal.has(code)) ? 'uncertain' : 'bug';
}

/**
 * Returns the codes of the error and of the errors that it wraps, by `cause`, or by `original` as in Slack's library.
 */
function codesIn(error: unknown, seen: ReadonlySet<unknown> = new Set()): readonly string[] {
  if (typeof error !== 'object' || error === null || seen.has(error)) return [];
  const { name, code, cause, original } = error as Readonly<Record<string, unknown>>;
  const own = [code, endedBySignal.has(String(name)) ? name : null].filter((one) => typeof one === 'string');
  const all = new Set([...seen, error]);
  return [...own, ...codesIn(cause, all), ...codesIn(original, all)];
}
