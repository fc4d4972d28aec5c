import type { Context } from '../conversation/context.ts';
import type { StoreWrites } from '../conversation/store.ts';
import type { Member } from '../members/member.ts';

/** What is kept only if the member agreed: what they say with a check-in; how strong a craving was around a strategy. */
export const consentKinds = ['details', 'ratings'] as const;
export type ConsentKind = (typeof consentKinds)[number];

/**
 * May this be kept? null: not asked yet. Whoever answered for what they tell with a check-in answered for ratings too,
 * until they say otherwise: nobody is asked twice for what is much the same.
 */
export function keeps({ keepsDetails, keepsRatings }: Member, kind: ConsentKind): boolean | null {
  return kind === 'ratings' ? (keepsRatings ?? keepsDetails) : keepsDetails;
}

/** The member's answer. After a no, nothing repeats what they said, not even the answers that are kept for repeats. */
export async function answerConsent(
  tx: StoreWrites,
  member: Member,
  { person }: Context,
  kinds: readonly ConsentKind[],
  agrees: boolean,
): Promise<void> {
  for (const kind of kinds) await tx.consents.answer(member.id, kind, agrees);
  if (agrees) return;
  const account = await tx.members.find(person.account);
  if (account !== null) await tx.idempotency.forget(account.id);
}
