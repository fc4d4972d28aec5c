import type { HandledRequests } from '../core/conversation/handled.ts';
import type { Cell } from '../core/ports.ts';
import type { Temporal } from '../core/time.ts';
import type { Session } from './database.ts';
import { toDate } from './instants.ts';

export function handledRequests({
  db,
  sealers,
}: Session): HandledRequests & { forgetBefore(instant: Temporal.Instant): Promise<void> } {
  return {
    async answer({ platform, key }, requestId) {
      const row = await db.handledRequest.findFirst({
        where: {
          account: { lookup: sealers.lookup('account', platform, key) },
          lookup: sealers.lookup('request', requestId),
        },
        include: { account: { select: { memberId: true } } },
      });
      if (row === null) return null;
      const sealer = await sealers.ofMember(db, row.account.memberId);
      return sealer.open(answerCell(row.accountId, row.lookup), row.answer);
    },

    async remember({ id: accountId, member }, requestId, answer, at) {
      const lookup = sealers.lookup('request', requestId);
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
