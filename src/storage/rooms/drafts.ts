import type { Drafts } from '../../core/conversation/forms/drafts.ts';
import type { Temporal } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import { toDate } from '../instants.ts';
import type { Cell } from '../sealing/sealer.ts';
import { knownAccount } from './accounts.ts';

export function drafts(session: Session): Drafts & {
  removeExpired(now: Temporal.Instant, limit: number): Promise<number>;
} {
  const { db, sealers } = session;
  return {
    async find(ref, kind, now) {
      const account = await knownAccount(session, ref);
      if (account === null) return null;
      const { id: accountId, sealer } = account;
      const row = await db.draft.findUnique({ where: { accountId_kind: { accountId, kind } } });
      if (row === null || row.expiresAt.getTime() <= now.epochMilliseconds) return null;
      return sealer.open(payloadCell(accountId, kind), row.payload);
    },

    async put(ref, kind, payload, expiresAt) {
      const account = await knownAccount(session, ref);
      if (account === null) throw new Error('A draft is for an account that is there');
      const { id: accountId, sealer } = account;
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
