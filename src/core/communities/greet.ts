import { sleepWithin } from '../adapter-kit/retry.ts';
import type { View } from '../language/view.ts';
import type { Destination, Platform } from '../platform/platform.ts';
import type { Clock } from '../values/clock.ts';
import type { Log } from '../values/log.ts';

const greetWithinMs = 5 * 60_000;

export interface Greets {
  readonly deliver: Platform['deliver'];
  readonly clock: Clock;
  readonly log: Log;
  readonly stopping: AbortSignal;
  readonly platform: string;
}

/**
 * Greets one destination, and waits as long as the platform asks. `id`: as for a delivery, at most 25 characters.
 * Returns false if the platform refused, or asked to wait for too long. An uncertain greeting is not sent again.
 */
export async function greet(
  { deliver, clock, log, stopping, platform }: Greets,
  to: Destination,
  id: string,
  view: View,
): Promise<boolean> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(greetWithinMs)]);
  const delivery = { kind: 'post', id, to, view } as const;
  let receipt = await deliver(delivery, signal);
  while (receipt.kind === 'retry-after') {
    const waitMs = Math.max(0, clock.now().until(receipt.at).total('milliseconds'));
    if (!(await sleepWithin(waitMs, signal))) break;
    receipt = await deliver(delivery, signal);
  }
  if (receipt.kind === 'sent' || receipt.kind === 'uncertain') return true;
  const reason = receipt.kind === 'refused' ? receipt.reason : receipt.kind;
  log.info('a greeting was not taken', { platform, reason });
  return false;
}
