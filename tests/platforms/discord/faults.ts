export type Fault =
  /** As Discord does it, `Retry-After` is in whole seconds, rounded up. */
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number; readonly scope?: 'user' | 'shared' | 'global' }
  /** Nothing is done, and this is answered: 5xx, or a refusal that the server would not come to by itself. */
  | { readonly kind: 'status'; readonly status: number; readonly code?: number; readonly message?: string }
  /** The connection breaks off, and nothing is done. */
  | { readonly kind: 'reset-before' }
  /** It is done, and the connection breaks off before anyone hears of it. */
  | { readonly kind: 'reset-after' }
  /** It is done at once, and answered when this settles. */
  | { readonly kind: 'slow'; readonly until: Promise<unknown> };

interface Planned {
  readonly pattern: RegExp;
  readonly fault: Fault;
  left: number;
}

/** What is to go wrong, in order. */
export class Faults {
  readonly #planned: Planned[] = [];

  /** `on`: such as `POST /channels/*\/messages`; a star stands for one part of the address, or for any method. */
  plan(on: string, fault: Fault, times: number): void {
    const [method = '*', path = ''] = on.split(' ');
    const pattern = `^${method.replace('*', '[A-Z]+')} ${path.replaceAll('*', '[^/]+')}$`;
    this.#planned.push({ pattern: new RegExp(pattern), fault, left: times });
  }

  next(method: string, path: string): Fault | null {
    const found = this.#planned.find(({ pattern, left }) => left > 0 && pattern.test(`${method} ${path}`));
    if (found === undefined) return null;
    found.left -= 1;
    return found.fault;
  }
}

/** https://discord.com/developers/docs/topics/rate-limits#rate-limit-header-format */
export function rateLimitHeaders({
  retryAfterSeconds,
  scope = 'user',
}: Fault & { kind: 'rate-limit' }): Record<string, string> {
  const retryAfter = { 'Retry-After': String(Math.ceil(retryAfterSeconds)), 'X-RateLimit-Scope': scope };
  if (scope === 'global') return { ...retryAfter, 'X-RateLimit-Global': 'true' };
  return {
    ...retryAfter,
    'X-RateLimit-Limit': '5',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset-After': String(retryAfterSeconds),
  };
}
