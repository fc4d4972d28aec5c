import { sleepWithin } from '../adapter-kit/retry.ts';
import type { Limits } from '../platform/platform.ts';
import type { Leased, LeasedSending, PaceKey } from './delivery.ts';
import type { OutboxRead } from './store.ts';

/**
 * The shares of a bot's limit. Urgent deliveries have one of their own, so that an alert never waits behind ten thousand
 * reminders. What is left of the limit is for answers.
 */
const shares = { usual: 0.85, urgent: 0.1 } as const;

/** The longest wait with a lease in hand. Whoever would wait longer returns the delivery. */
const horizonMs = 5_000;

interface Paces {
  readonly outbox: Pick<OutboxRead, 'takeTurn' | 'paceOf'>;
  readonly limits: Limits;
  readonly stopping: AbortSignal;
}

/**
 * Waits for the turn of a delivery, shared by all processes.
 * Returns null when it may be sent, or after how many milliseconds it is worth asking again.
 */
export async function waitForTurn(leased: Leased, { outbox, limits, stopping }: Paces): Promise<number | null> {
  const { pace } = limits;
  const waits: number[] = [];
  if (Number.isFinite(pace.perSecond)) {
    const bot = await botPace(leased, { outbox, limits });
    const every =
      (1_000 / (pace.perSecond * shares[leased.urgent ? 'urgent' : 'usual'])) * requestsOf(leased.sending, limits);
    const turn = await outbox.takeTurn(bot, Math.ceil(every), horizonMs);
    if (turn.kind === 'refused') return turn.waitMs;
    waits.push(turn.waitMs);
  }
  const placeEveryMs = isPrivate(leased.sending) ? pace.privateEveryMs : pace.channelEveryMs;
  if (placeEveryMs > 0) {
    const turn = await outbox.takeTurn(leased.pace, placeEveryMs, 0);
    if (turn.kind === 'refused') return turn.waitMs;
  }
  return (await sleepWithin(Math.max(0, ...waits), stopping)) ? null : 0;
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
