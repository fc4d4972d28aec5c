import { rememberRequestsHours } from '../../core/conversation/idempotency.ts';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { Account, Told } from '../../core/members/member.ts';
import type { CommunityId } from '../../core/values/ids.ts';
import type { Db, Session } from '../database.ts';
import type { HandledRequest } from '../generated/sqlite/client.ts';
import { toDate } from '../instants.ts';
import type { Cell } from '../sealing/sealer.ts';
import { type FoundAccount, findAccount, makeAccount } from './accounts.ts';
import { inBatches, nothingOfCommunities, resealing, rowsAtOnce } from './room-data.ts';

/** How many of an account's newest answers are always stored. A person makes far fewer requests in two days. */
const answersMax = 500;
/** More than the requests between two counts, so that the surplus of an earlier flood is deleted too. */
const forgottenAtOnce = 500;

export function idempotency(session: Session): StoreWrites['idempotency'] {
  const { db, sealers } = session;

  /** Deletes answers beyond the newest `answersMax` of an account, in batches. */
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

    async begin({ id, account: ref, community, told }, now) {
      const lookup = sealers.lookupRequest(id);
      const there = await findAccount(session, ref, lookup);
      const found = there ?? (await makeAccount(session, ref, community, told, now));
      const { account } = found;
      const answer = answerOf(found, lookup);
      if (there === null || answer !== null) return { account, answer };
      const changed = changedOf(account, community, told);
      if (changed !== null) await db.account.update({ where: { id: account.id }, data: changed });
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

    async *exportOf(memberId) {
      const sealer = await sealers.ofMember(db, memberId);
      for await (const rows of answersOf(db, memberId)) {
        yield {
          table: 'HandledRequest',
          rows: rows.map(({ accountId, lookup, answer, handledAt }) => ({
            answer: JSON.parse(sealer.open(answerCell(accountId, lookup), answer)) as unknown,
            handledAt: handledAt.toISOString(),
          })),
        };
      }
    },

    async erase(memberId) {
      await db.handledRequest.deleteMany({ where: { account: { memberId } } });
    },

    /** Only encrypts them again, because they stay with their account, which moves. */
    async join(from, into) {
      const reseal = await resealing({ db, sealers }, from, into);
      for await (const rows of answersOf(db, from)) {
        for (const { accountId, lookup, answer } of rows) {
          const cell = answerCell(accountId, lookup);
          await db.handledRequest.update({
            where: { accountId_lookup: { accountId, lookup } },
            data: { answer: reseal(cell, answer) },
          });
        }
      }
    },

    async sweep(now, limit) {
      const before = toDate(now.subtract({ hours: rememberRequestsHours }));
      const { count } = await db.handledRequest.deleteMany({ where: { handledAt: { lt: before } }, limit });
      return count;
    },

    ...nothingOfCommunities,
  };
}

/** Returns the changed values of an account; null if none changed. */
function changedOf({ community, told }: Account, communityId: CommunityId | null, { locale, zone }: Told) {
  const changed = {
    ...(communityId !== null && communityId !== community?.id && { communityId }),
    ...(locale !== null && locale !== told.locale && { locale }),
    ...(zone !== null && zone !== told.zone && { zone }),
  };
  return Object.keys(changed).length === 0 ? null : changed;
}

/** True for one request in 32, so that the others need no extra statement. A lookup is random, in base64url. */
function countsSurplus(lookup: string): boolean {
  return lookup.startsWith('A') || lookup.startsWith('B');
}

function answerOf({ account, sealer, answer }: FoundAccount, lookup: string): string | null {
  return answer === null ? null : sealer.open(answerCell(account.id, lookup), answer);
}

function answersOf(db: Db, memberId: string) {
  return inBatches<HandledRequest>((last) =>
    db.handledRequest.findMany({
      where: { account: { memberId }, ...(last !== undefined && { OR: after(last) }) },
      orderBy: [{ accountId: 'asc' }, { lookup: 'asc' }],
      take: rowsAtOnce,
    }),
  );
}

function after({ accountId, lookup }: HandledRequest) {
  return [{ accountId: { gt: accountId } }, { accountId, lookup: { gt: lookup } }];
}

function answerCell(accountId: string, lookup: string): Cell {
  return { table: 'HandledRequest', column: 'answer', row: `${accountId} ${lookup}` };
}
