import type { IdempotencyKeys } from '../../core/conversation/idempotency.ts';
import type { Temporal } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import { toDate } from '../instants.ts';
import type { Cell } from '../sealing/sealer.ts';
import { type FoundAccount, findAccount, makeAccount } from './accounts.ts';

/** The newest answers of an account that are sure to be kept. A person makes far fewer requests in two days. */
const answersMax = 500;
/** Well above the requests between two countings, so that a flood that was kept once goes too. */
const forgottenAtOnce = 500;

export function idempotencyKeys(
  session: Session,
): IdempotencyKeys & { forgetBefore(instant: Temporal.Instant, limit: number): Promise<number> } {
  const { db, sealers } = session;

  /** Removes answers beyond the newest `answersMax` of an account, some at a time. */
  async function forgetSurplus(accountId: string): Promise<void> {
    await db.$executeRaw`
      DELETE FROM "HandledRequest" WHERE "accountId" = ${accountId} AND "lookup" IN (
        SELECT "lookup" FROM "HandledRequest" WHERE "accountId" = ${accountId}
        ORDER BY "handledAt" DESC, "lookup" LIMIT ${forgottenAtOnce} OFFSET ${answersMax})`;
  }

  return {
    async answer(ref, requestId) {
      const lookup = sealers.lookupRequest(requestId);
      const found = await findAccount(session, ref, lookup);
      return found === null ? null : answerOf(found, lookup);
    },

    async begin({ id, account: ref, community }, now) {
      const lookup = sealers.lookupRequest(id);
      const there = await findAccount(session, ref, lookup);
      const found = there ?? (await makeAccount(session, ref, community, now));
      const { account } = found;
      const answer = answerOf(found, lookup);
      if (there === null || answer !== null) return { account, answer };
      if (community !== null && community !== account.community?.id) {
        await db.account.update({ where: { id: account.id }, data: { communityId: community } });
      }
      if (countsSurplus(lookup)) await forgetSurplus(account.id);
      return { account, answer };
    },

    async remember({ id: accountId, member }, requestId, answer, at) {
      const lookup = sealers.lookupRequest(requestId);
      const sealed = (await sealers.ofMember(db, member.id)).seal(answerCell(accountId, lookup), answer);
      await db.$executeRaw`
        INSERT INTO "HandledRequest" ("accountId", "lookup", "answer", "handledAt")
        VALUES (${accountId}, ${lookup}, ${sealed}, ${toDate(at)})`;
    },

    async forget(accountId) {
      await db.handledRequest.deleteMany({ where: { accountId } });
    },

    async forgetBefore(instant, limit) {
      const { count } = await db.handledRequest.deleteMany({ where: { handledAt: { lt: toDate(instant) } }, limit });
      return count;
    },
  };
}

/** For one request in 32, so that the others cost no statement more. A lookup is random, in base64url. */
function countsSurplus(lookup: string): boolean {
  return lookup.startsWith('A') || lookup.startsWith('B');
}

function answerOf({ account, sealer, answer }: FoundAccount, lookup: string): string | null {
  return answer === null ? null : sealer.open(answerCell(account.id, lookup), answer);
}

function answerCell(accountId: string, lookup: string): Cell {
  return { table: 'HandledRequest', column: 'answer', row: `${accountId} ${lookup}` };
}
