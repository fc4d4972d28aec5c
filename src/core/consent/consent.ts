import type { Context } from '../conversation/context.ts';
import type { StoreWrites } from '../conversation/store.ts';
import type { Member } from '../members/member.ts';

/** Data stored only with consent: the details of a check-in; the ratings around a strategy. */
export const consentKinds = ['details', 'ratings'] as const;
export type ConsentKind = (typeof consentKinds)[number];

/**
 * Whether this may be stored; null: not asked yet. Consent for details covers ratings too until the member says
 * otherwise, because nobody should be asked twice about nearly the same.
 */
export function keeps({ keepsDetails, keepsRatings }: Member, kind: ConsentKind): boolean | null {
  return kind === 'ratings' ? (keepsRatings ?? keepsDetails) : keepsDetails;
}

/** Saves the member's answer. A no also deletes the answers stored for repeats, because they may quote the member. */
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
