export type Fault =
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  /** Nothing is done, and this is answered, as a proxy would: without a word of Telegram's. */
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'error'; readonly code: number; readonly description: string }
  /** The connection breaks off, and nothing is done. */
  | { readonly kind: 'reset-before' }
  /** It is done, and the connection breaks off before anyone hears of it. */
  | { readonly kind: 'reset-after' }
  /** It is done at once, and answered when this settles. */
  | { readonly kind: 'slow'; readonly until: Promise<unknown> };

/** What is to go wrong, in order. */
export class Faults {
  readonly #planned: { readonly on: string; readonly fault: Fault; left: number }[] = [];

  /** `on`: a method, or "*". */
  plan(on: string, fault: Fault, times: number): void {
    this.#planned.push({ on, fault, left: times });
  }

  next(method: string): Fault | null {
    const found = this.#planned.find(({ on, left }) => left > 0 && (on === method || on === '*'));
    if (found === undefined) return null;
    found.left -= 1;
    return found.fault;
  }
}
