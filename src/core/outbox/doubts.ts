import type { Store } from '../conversation/store.ts';
import type { SharedPlace } from '../language/request.ts';
import { askAboutDoubt } from './ask.ts';
import type { Doubt } from './delivery.ts';
import type { Outlet } from './outlet.ts';
import type { Template } from './template.ts';

/** The time that must be left in which the platform still knows the id, for a turn and for the way there. */
const reserveMs = 30_000;

/** How often a doubt is posted again by rule. */
const againMax = 2;

/** What to do about a delivery of which nobody knows whether the platform has it. */
type Way = 'ask-again' | 'post-again' | 'ask' | 'leave';

/** Pure. `template`: null if nobody knows it any more. */
export function wayOut(doubt: Doubt, template: Pick<Template, 'whenUncertain'> | null, asksAgainMs: number): Way {
  const { sending, owner, sinceBegunMs, again } = doubt;
  // Changes are idempotent. A post is, while the platform takes its id once only.
  if (sending.kind !== 'post' || sinceBegunMs + reserveMs < asksAgainMs) return 'ask-again';
  if (template === null) return 'leave';
  if (template.whenUncertain === 'again') return again < againMax ? 'post-again' : 'leave';
  // What is for one member is never shown to a moderator.
  const mayAsk = template.whenUncertain === 'ask' && owner.kind === 'community' && placeOf(doubt) !== null;
  return mayAsk ? 'ask' : 'leave';
}

/** Settles the doubts that nobody has looked at. Any process may, because each way out is taken once. */
export async function settleDoubts(
  store: Store,
  outlets: ReadonlyMap<string, Outlet>,
  templateOf: (route: string) => Template | undefined,
): Promise<void> {
  const doubts = await store.outbox.doubts([...outlets.keys()], 20);
  for (const doubt of doubts) {
    const { sending, platform, id } = doubt;
    const template = 'says' in sending ? (templateOf(sending.says.route) ?? null) : null;
    const way = wayOut(doubt, template, outlets.get(platform)?.limits.asksAgainMs ?? 0);
    if (way === 'ask-again') await store.outbox.askAgain(doubt);
    else if (way === 'ask') await ask(store, doubt);
    else await store.transaction((tx) => tx.outbox.decide(id, way, null));
  }
}

/** Asks the moderators in the place where it was to be posted. */
async function ask(store: Store, doubt: Doubt): Promise<void> {
  const { id, platform, owner } = doubt;
  const place = placeOf(doubt);
  if (place === null) return;
  await store.transaction(async (tx) => {
    if (!(await tx.outbox.decide(id, 'asked', null))) return;
    await tx.outbox.add({
      key: ['doubt', id],
      platform,
      owner,
      sending: { kind: 'post', to: place, says: askAboutDoubt.says({ id }) },
      dueAt: null,
      notAfter: null,
      urgent: false,
    });
  });
}

function placeOf({ sending }: Doubt): SharedPlace | null {
  if (sending.kind !== 'post') return null;
  const { to } = sending;
  return to.kind === 'channel' || to.kind === 'thread' ? to : null;
}
