import type { Drafts } from '../core/conversation/drafts.ts';
import type { Cell } from '../core/ports.ts';
import type { Temporal } from '../core/time.ts';
import type { Session } from './database.ts';
import { toDate } from './instants.ts';

export function drafts({ db, sealers }: Session): Drafts & { removeExpired(now: Temporal.Instant): Promise<void> } {
  return {
    async find({ platform, key }, kind, now) {
      const row = await db.draft.findFirst({
        where: { account: { lookup: sealers.lookup('account', platform, key) }, kind, expiresAt: { gt: toDate(now) } },
        include: { account: { select: { memberId: true } } },
      });
      if (row === null) return null;
      const sealer = await sealers.ofMember(db, row.account.memberId);
      return sealer.open(payloadCell(row.accountId, kind), row.payload);
    },

    async put({ platform, key }, kind, payload, expiresAt) {
      const { id: accountId, memberId } = await db.account.findUniqueOrThrow({
        where: { lookup: sealers.lookup('account', platform, key) },
      });
      const sealer = await sealers.ofMember(db, memberId);
      const row = { payload: sealer.seal(payloadCell(accountId, kind), payload), expiresAt: toDate(expiresAt) };
      await db.draft.upsert({
        where: { accountId_kind: { accountId, kind } },
        create: { accountId, kind, ...row },
        update: row,
      });
    },

    async remove({ platform, key }, kind) {
      await db.draft.deleteMany({ where: { account: { lookup: sealers.lookup('account', platform, key) }, kind } });
    },

    async removeExpired(now) {
      await db.draft.deleteMany({ where: { expiresAt: { lte: toDate(now) } } });
    },
  };
}

function payloadCell(accountId: string, kind: string): Cell {
  return { table: 'Draft', column: 'payload', row: `${accountId} ${kind}` };
}
