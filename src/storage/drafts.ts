import type { Drafts } from '../core/conversation/drafts.ts';
import type { Cell } from '../core/ports.ts';
import type { Temporal } from '../core/time.ts';
import type { Session } from './database.ts';
import { sealerOfAccount } from './identity.ts';
import { toDate } from './instants.ts';

export function drafts({ db, sealers }: Session): Drafts & {
  removeExpired(now: Temporal.Instant, limit: number): Promise<number>;
} {
  return {
    async find(ref, kind, now) {
      const row = await db.draft.findFirst({
        where: { account: { lookup: sealers.lookup('account', ref) }, kind, expiresAt: { gt: toDate(now) } },
        include: { account: { include: { member: true } } },
      });
      if (row === null) return null;
      return sealerOfAccount(sealers, row.account, ref).open(payloadCell(row.accountId, kind), row.payload);
    },

    async put(ref, kind, payload, expiresAt) {
      const lookup = sealers.lookup('account', ref);
      const account = await db.account.findUniqueOrThrow({ where: { lookup }, include: { member: true } });
      const accountId = account.id;
      const sealer = sealerOfAccount(sealers, account, ref);
      const row = { payload: sealer.seal(payloadCell(accountId, kind), payload), expiresAt: toDate(expiresAt) };
      await db.draft.upsert({
        where: { accountId_kind: { accountId, kind } },
        create: { accountId, kind, ...row },
        update: row,
      });
    },

    async remove(ref, kind) {
      await db.draft.deleteMany({ where: { account: { lookup: sealers.lookup('account', ref) }, kind } });
    },

    async removeExpired(now, limit) {
      const { count } = await db.draft.deleteMany({ where: { expiresAt: { lte: toDate(now) } }, limit });
      return count;
    },
  };
}

function payloadCell(accountId: string, kind: string): Cell {
  return { table: 'Draft', column: 'payload', row: `${accountId} ${kind}` };
}
