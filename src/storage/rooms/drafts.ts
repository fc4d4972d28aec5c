import type { StoreWrites } from '../../core/conversation/store.ts';
import type { Session } from '../database.ts';
import { toDate } from '../instants.ts';
import type { Cell } from '../sealing/sealer.ts';
import { knownAccount } from './accounts.ts';
import { nothingOfCommunities, resealing } from './room-data.ts';

export function drafts(session: Session): StoreWrites['drafts'] {
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

    async *exportOf(memberId) {
      const sealer = await sealers.ofMember(db, memberId);
      const rows = await db.draft.findMany({ where: { account: { memberId } } });
      if (rows.length === 0) return;
      yield {
        table: 'Draft',
        rows: rows.map(({ accountId, kind, payload, expiresAt }) => ({
          kind,
          payload: JSON.parse(sealer.open(payloadCell(accountId, kind), payload)) as unknown,
          expiresAt: expiresAt.toISOString(),
        })),
      };
    },

    async erase(memberId) {
      await db.draft.deleteMany({ where: { account: { memberId } } });
    },

    /** Only encrypts them again, because they stay with their account, which moves. */
    async join(from, into) {
      const reseal = await resealing({ db, sealers }, from, into);
      for (const { accountId, kind, payload } of await db.draft.findMany({ where: { account: { memberId: from } } })) {
        const cell = payloadCell(accountId, kind);
        await db.draft.update({
          where: { accountId_kind: { accountId, kind } },
          data: { payload: reseal(cell, payload) },
        });
      }
    },

    async sweep(now, limit) {
      const { count } = await db.draft.deleteMany({ where: { expiresAt: { lte: toDate(now) } }, limit });
      return count;
    },

    ...nothingOfCommunities,
  };
}

function payloadCell(accountId: string, kind: string): Cell {
  return { table: 'Draft', column: 'payload', row: `${accountId} ${kind}` };
}
