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

/** The longest wait for a place after the bot's turn, because the turns of others follow close. */
const waitsForPlaceMs = 50;

/** A turn that is used so much later than usual is missed. */
const missedAfterMs = 100;

/** How many of the last starts count for what is usual. */
const remembered = 8;

/**
 * Knows how long it usually takes from a turn to the first byte. A process that was too busy to use its turns must take
 * others, because its requests would leave in a burst; one whose database is far away must not.
 */
export class Punctuality {
  #usualMs = 0;

  isMissed(sinceTurnMs: number): boolean {
    const missed = sinceTurnMs > this.#usualMs + missedAfterMs;
    this.#usualMs += (sinceTurnMs - this.#usualMs) / remembered;
    return missed;
  }
}

/** `sinceMs`: how long ago the turn was. Or after how many milliseconds it is worth asking for one again. */
type Turned = { readonly kind: 'turn'; sinceMs(): number } | { readonly kind: 'later'; readonly waitMs: number };

interface Paces {
  readonly outbox: Pick<OutboxRead, 'takeTurn' | 'paceOf'>;
  readonly limits: Limits;
  readonly stopwatch: Stopwatch;
  readonly stopping: AbortSignal;
}

/** Waits for the turn of a delivery, shared by all processes: its bot's, and the one in its place. */
export async function waitForTurn(leased: Leased, paces: Paces): Promise<Turned> {
  const { outbox, limits, stopwatch, stopping } = paces;
  const { pace } = limits;
  if (!Number.isFinite(pace.perSecond)) return { kind: 'turn', sinceMs: () => 0 };
  const bot = await botPace(leased, paces);
  const perSecond = pace.perSecond * shares[leased.urgent ? 'urgent' : 'usual'];
  const everyMs = Math.ceil((1_000 / perSecond) * requestsOf(leased.sending, limits));
  const turn = await outbox.takeTurn(bot, everyMs, horizonMs);
  if (turn.kind === 'refused') return { kind: 'later', waitMs: turn.waitMs };
  const elapsedMs = stopwatch();
  // The turn in the place comes with the bot's, so that messages in one place are as far apart as their turns.
  const horizon = turn.waitMs + waitsForPlaceMs;
  const inPlace = await outbox.takeTurn(leased.pace, placeEveryMs(leased, limits), horizon, turn.waitMs);
  if (inPlace.kind === 'refused') return { kind: 'later', waitMs: inPlace.waitMs };
  if (!(await sleepWithin(inPlace.waitMs, stopping))) return { kind: 'later', waitMs: 0 };
  return { kind: 'turn', sinceMs: () => elapsedMs() - inPlace.waitMs };
}

/** The shortest time between two messages in the place that it goes to. */
export function placeEveryMs({ sending }: Pick<Leased, 'sending'>, { pace }: Limits): number {
  return isPrivate(sending) ? pace.privateEveryMs : pace.channelEveryMs;
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
