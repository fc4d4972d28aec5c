export type Fault =
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  /** Nothing is done, and this is answered. */
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'error'; readonly error: string }
  /** The connection breaks off, and nothing is done. */
  | { readonly kind: 'reset-before' }
  /** It is done, and the connection breaks off before anyone hears of it. */
  | { readonly kind: 'reset-after' }
  /** It is done at once, and answered when this settles. */
  | { readonly kind: 'slow'; readonly until: Promise<unknown> };
