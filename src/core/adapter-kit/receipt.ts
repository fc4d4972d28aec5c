import type { DeliveryRefusal, Receipt } from '../platform/platform.ts';
import { assertNever } from '../values/errors.ts';
import type { Temporal } from '../values/time.ts';
import type { Failure } from './failure.ts';

/** A request that never left may go later, once the network is back. */
const unsentRetryMs = 30_000;

interface Failed<Refusal extends object> {
  /** The error that the failure was read from. */
  readonly error: unknown;
  /** May it be done twice without harm? Then nobody needs to look whether it was done. */
  readonly idempotent: boolean;
  readonly refusalOf: (refusal: Extract<Failure<Refusal>, { kind: 'refused' }>) => DeliveryRefusal;
}

/** The receipt of a delivery that failed. @throws the error itself where it is a bug */
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
