import { sleepWithin } from '../adapter-kit/retry.ts';
import type { Limits } from '../platform/platform.ts';
import type { Stopwatch } from '../values/stopwatch.ts';
import type { Leased, LeasedSending, PaceKey } from './delivery.ts';
import type { OutboxRead } from './store.ts';

/**
 * The shares of a bot's limit. Urgent deliveries have one of their own, so that an alert never waits behind ten thousand
 * reminders. What is left of the limit is for answers, and for requests that arrive closer together than they left.
 */
const shares = { usual: 0.82, urgent: 0.08 } as const;

/** The longest wait with a lease in hand. Whoever would wait longer returns the delivery. */
const horizonMs = 5_000;

/** A process that was too busy to use its turn takes another one, because its requests would leave in a burst. */
const missedAfterMs = 100;

interface Paces {
  readonly outbox: Pick<OutboxRead, 'takeTurn' | 'paceOf'>;
  readonly limits: Limits;
  readonly stopwatch: Stopwatch;
  readonly stopping: AbortSignal;
}

/**
 * Waits for the turn of a delivery, shared by all processes: in its place, and of its bot.
 * Returns null when it may be sent, or after how many milliseconds it is worth asking again.
 */
export async function waitForTurn(leased: Leased, paces: Paces): Promise<number | null> {
  const { outbox, limits, stopwatch, stopping } = paces;
  const { pace } = limits;
  const placeEveryMs = isPrivate(leased.sending) ? pace.privateEveryMs : pace.channelEveryMs;
  if (placeEveryMs > 0) {
    const turn = await outbox.takeTurn(leased.pace, placeEveryMs, 0);
    if (turn.kind === 'refused') return turn.waitMs;
  }
  if (!Number.isFinite(pace.perSecond)) return null;
  const bot = await botPace(leased, paces);
  const perSecond = pace.perSecond * shares[leased.urgent ? 'urgent' : 'usual'];
  const everyMs = Math.ceil((1_000 / perSecond) * requestsOf(leased.sending, limits));
  for (;;) {
    const turn = await outbox.takeTurn(bot, everyMs, horizonMs);
    if (turn.kind === 'refused') return turn.waitMs;
    const sinceMs = stopwatch();
    if (!(await sleepWithin(turn.waitMs, stopping))) return 0;
    if (sinceMs() - turn.waitMs < missedAfterMs) return null;
  }
}

/** The key of the bot's pace on the platform. */
export function botPace(
  { ref, urgent }: Pick<Leased, 'ref' | 'urgent'>,
  { outbox, limits }: Pick<Paces, 'limits'> & { readonly outbox: Pick<OutboxRead, 'paceOf'> },
): Promise<PaceKey> {
  return outbox.paceOf(`${limits.pace.botOf(ref.key)} ${urgent ? 'urgent' : 'usual'}`);
}

function requestsOf(sending: LeasedSending, { pace }: Limits): number {
  return isPrivate(sending) ? pace.requestsToMember : 1;
}

function isPrivate(sending: LeasedSending): boolean {
  return sending.kind === 'post' && (sending.to.kind === 'owner' || sending.to.kind === 'person');
}
