import type { HandledRequests } from '../core/conversation/handled.ts';
import type { Cell } from '../core/ports.ts';
import type { Temporal } from '../core/time.ts';
import type { Session } from './database.ts';
import { sealerOfAccount } from './identity.ts';
import { toDate } from './instants.ts';

/** The newest answers of an account that are sure to be kept. A person makes far fewer requests in two days. */
const answersMax = 500;
/** Well above the requests between two countings, so that a flood that was kept once goes too. */
const forgottenAtOnce = 500;

export function handledRequests({
  db,
  sealers,
}: Session): HandledRequests & { forgetBefore(instant: Temporal.Instant, limit: number): Promise<number> } {
  /** Removes answers beyond the newest `answersMax` of an account, some at a time. */
  async function forgetSurplus(accountId: string): Promise<void> {
    const surplus = await db.handledRequest.findMany({
      where: { accountId },
      orderBy: [{ handledAt: 'desc' }, { lookup: 'asc' }],
      select: { lookup: true },
      skip: answersMax,
      take: forgottenAtOnce,
    });
    if (surplus.length === 0) return;
    const lookups = surplus.map(({ lookup }) => lookup);
    await db.handledRequest.deleteMany({ where: { accountId, lookup: { in: lookups } } });
  }

  return {
    async answer(ref, requestId) {
      const row = await db.handledRequest.findFirst({
        where: { account: { lookup: sealers.lookup('account', ref) }, lookup: sealers.lookupRequest(requestId) },
        include: { account: { include: { member: true } } },
      });
      if (row === null) return null;
      return sealerOfAccount(sealers, row.account, ref).open(answerCell(row.accountId, row.lookup), row.answer);
    },

    async answerTo({ id: accountId, member }, requestId) {
      const lookup = sealers.lookupRequest(requestId);
      const row = await db.handledRequest.findUnique({ where: { accountId_lookup: { accountId, lookup } } });
      if (row === null) return null;
      return (await sealers.ofMember(db, member.id)).open(answerCell(accountId, lookup), row.answer);
    },

    async remember({ id: accountId, member }, requestId, answer, at) {
      const lookup = sealers.lookupRequest(requestId);
      const sealed = (await sealers.ofMember(db, member.id)).seal(answerCell(accountId, lookup), answer);
      await db.handledRequest.create({ data: { accountId, lookup, answer: sealed, handledAt: toDate(at) } });
      if (countsSurplus(lookup)) await forgetSurplus(accountId);
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

/** One request in 32, because the others then cost no more statements. A lookup is random, in base64url. */
function countsSurplus(lookup: string): boolean {
  return lookup.startsWith('A') || lookup.startsWith('B');
}

function answerCell(accountId: string, lookup: string): Cell {
  return { table: 'HandledRequest', column: 'answer', row: `${accountId} ${lookup}` };
}
