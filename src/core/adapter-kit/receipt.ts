import type { DeliveryRefusal, Receipt } from '../platform/platform.ts';
import { assertNever } from '../values/errors.ts';
import type { Temporal } from '../values/time.ts';
import type { Failure } from './failure.ts';

/** The delay before a request that is safe to repeat, so that the network can recover. */
const unsentRetryMs = 30_000;

interface Failed<Refusal extends object> {
  /** The error that `failure` describes. */
  readonly error: unknown;
  /** Whether a repeat is harmless, so that nobody needs to check whether it was done. */
  readonly idempotent: boolean;
  readonly refusalOf: (refusal: Extract<Failure<Refusal>, { kind: 'refused' }>) => DeliveryRefusal;
}

/** Returns the receipt of a failed delivery. @throws the error itself if it is a bug */
export function receiptOf<Refusal extends object>(
  failure: Failure<Refusal>,
  { error, idempotent, refusalOf }: Failed<Refusal>,
  now: Temporal.Instant,
): Receipt {
  const later = (ms: number): Receipt => ({ kind: 'retry-after', at: now.add({ milliseconds: Math.ceil(ms) }) });
  switch (failure.kind) {
    case 'rate-limited':
      return later(failure.retryAfterMs);
    case 'unsent':
      return later(unsentRetryMs);
    case 'uncertain':
      return idempotent ? later(unsentRetryMs) : { kind: 'uncertain' };
    case 'half-done':
      return { kind: 'uncertain' };
    case 'refused':
      return { kind: 'refused', reason: refusalOf(failure) };
    case 'bug':
      throw error;
    default:
      return assertNever(failure);
  }
}
