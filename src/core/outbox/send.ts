import { deadlineIn } from '../adapter-kit/deadline.ts';
import { sleepWithin } from '../adapter-kit/retry.ts';
import type { Store } from '../conversation/store.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Delivery, Receipt } from '../platform/platform.ts';
import { assertNever, isStorageAway } from '../values/errors.ts';
import type { Stopwatch } from '../values/stopwatch.ts';
import type { End, Leased } from './delivery.ts';
import type { Outlet } from './outlet.ts';
import { botPace, type Punctuality, waitForTurn } from './pacing.ts';
import type { Recorder } from './recorder.ts';
import { type Rendered, renderDelivery } from './render.ts';
import type { Template } from './template.ts';

/** A template that throws is tried so often, because the cause may pass. */
const triesMax = 3;
const tryAgainMs = 60_000;
/** The pause before a receipt is recorded again, while the database cannot be used. */
const recordAgainMs = 500;

/** What sending one delivery needs. */
export interface Sending {
  readonly store: Store;
  readonly recorder: Recorder;
  readonly punctuality: Punctuality;
  /** The deliveries whose end could not be recorded yet. */
  readonly unrecorded: Set<string>;
  readonly templateOf: (route: string) => Template | undefined;
  readonly stopwatch: Stopwatch;
  readonly leaseMs: number;
  /** The end of a lease, in which nothing new is sent. It is longer than opening a connection takes. */
  readonly marginMs: number;
  /** Aborted when no new delivery may begin. */
  readonly stopping: AbortSignal;
  /** Aborted when nothing may go on. */
  readonly over: AbortSignal;
  readonly metrics: Metrics;
}

/** Brings one leased delivery to its end, or returns it for later. Throws only while the database cannot be used. */
export async function send(leased: Leased, outlet: Outlet, sending: Sending): Promise<void> {
  const { store, recorder, stopwatch, leaseMs, templateOf, stopping, metrics } = sending;
  const sinceLeaseMs = stopwatch();
  const finish = async (end: End): Promise<void> => {
    await untilRecorded(leased, () => recorder.finish(leased, end), sending);
    metrics.tried(leased.platform, end.kind, leased.lagMs + sinceLeaseMs());
  };
  let rendered: Rendered;
  try {
    rendered = await renderDelivery(leased, outlet, templateOf);
  } catch (error) {
    if (isStorageAway(error)) throw error;
    outlet.deps.log.error('a delivery could not be rendered', { platform: outlet.name, delivery: leased.id, error });
    if (leased.failures + 1 < triesMax) return store.outbox.giveBack(leased, tryAgainMs, true);
    return finish({ kind: 'refused', reason: 'bug' });
  }
  if (rendered.kind === 'skipped') return finish(rendered);
  const turn = await waitForTurn(leased, { outbox: store.outbox, limits: outlet.limits, stopwatch, stopping });
  if (turn.kind === 'later') return store.outbox.giveBack(leased, turn.waitMs, false);
  const elapsedMs = stopwatch();
  if (!(await store.outbox.begin(leased, leaseMs))) return;
  if (sending.punctuality.isMissed(turn.sinceMs())) return finish({ kind: 'later', waitMs: 0 });
  const receipt = await deliver(rendered.delivery, outlet, elapsedMs, sending);
  await untilRecorded(leased, () => obey(receipt, leased, outlet, sending), sending);
  await finish(endOf(receipt));
  await untilRecorded(leased, () => noteContact(receipt, leased, rendered.unasked, sending), sending);
}

async function deliver(
  delivery: Delivery,
  { name, deps: { log }, ...outlet }: Outlet,
  elapsedMs: () => number,
  { leaseMs, marginMs, over }: Sending,
): Promise<Receipt> {
  const { signal, release } = deadlineIn(leaseMs - marginMs, elapsedMs, over);
  try {
    return await outlet.deliver(delivery, signal);
  } catch (error) {
    log.error('a delivery failed', { platform: name, delivery: delivery.id, error });
    // An error of ours does not tell whether the message was sent before it.
    return { kind: 'uncertain' };
  } finally {
    release();
  }
}

function endOf(receipt: Receipt): End {
  switch (receipt.kind) {
    case 'sent':
      return { kind: 'sent', sent: { message: receipt.message, thread: receipt.thread } };
    case 'retry-after':
      return { kind: 'later', waitMs: receipt.waitMs };
    case 'refused':
    case 'uncertain':
      return receipt;
    default:
      return assertNever(receipt);
  }
}

/** Closes the pace that the platform limits, for all processes. */
async function obey(receipt: Receipt, leased: Leased, { limits }: Outlet, { store: { outbox } }: Sending) {
  if (receipt.kind !== 'retry-after' || receipt.limited === null) return;
  const paces =
    receipt.limited === 'place'
      ? [leased.pace]
      : await Promise.all([true, false].map((urgent) => botPace({ ...leased, urgent }, { outbox, limits })));
  for (const pace of paces) await outbox.close(pace, receipt.waitMs);
}

/** Notes what the rule for members needs: that they were written to, or that their chat is closed. */
async function noteContact(
  receipt: Receipt,
  { owner, ref, urgent, now }: Leased,
  unasked: boolean,
  { store }: Sending,
) {
  if (owner.kind !== 'member') return;
  const { member } = owner;
  if (receipt.kind === 'refused' && receipt.reason === 'closed-dm')
    await store.transaction((tx) => tx.members.noteChat(ref, 'closed'));
  if (receipt.kind === 'sent' && unasked && !urgent)
    await store.transaction((tx) => tx.contacts.change(member, { lastAt: now }));
}

/** Repeats it while the database cannot be used, because what the platform said would be lost. */
async function untilRecorded(
  { id }: Leased,
  work: () => Promise<unknown>,
  { over, unrecorded }: Sending,
): Promise<void> {
  try {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (!isStorageAway(error)) throw error;
        unrecorded.add(id);
        if (!(await sleepWithin(recordAgainMs, over))) throw error;
      }
    }
  } finally {
    unrecorded.delete(id);
  }
}
