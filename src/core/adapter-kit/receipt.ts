import type { DeliveryRefusal, Receipt } from '../platform/platform.ts';
import { assertNever } from '../values/errors.ts';
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
): Receipt {
  const later: Receipt = { kind: 'retry-after', waitMs: unsentRetryMs, limited: null };
  switch (failure.kind) {
    case 'rate-limited':
      return { kind: 'retry-after', waitMs: Math.ceil(failure.retryAfterMs), limited: failure.limited };
    case 'unsent':
      return later;
    case 'uncertain':
      return idempotent ? later : { kind: 'uncertain' };
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
