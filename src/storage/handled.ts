import type { HandledRequests } from '../core/conversation/handled.ts';
import type { Cell } from '../core/ports.ts';
import type { Temporal } from '../core/time.ts';
import type { Session } from './database.ts';
import { sealerOfAccount } from './identity.ts';
import { toDate } from './instants.ts';

export function handledRequests({
  db,
  sealers,
}: Session): HandledRequests & { forgetBefore(instant: Temporal.Instant): Promise<void> } {
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
    },

    async forget(accountId) {
      await db.handledRequest.deleteMany({ where: { accountId } });
    },

    async forgetBefore(instant) {
      await db.handledRequest.deleteMany({ where: { handledAt: { lt: toDate(instant) } } });
    },
  };
}

function answerCell(accountId: string, lookup: string): Cell {
  return { table: 'HandledRequest', column: 'answer', row: `${accountId} ${lookup}` };
}
