import type { Coping } from '../core/coping/store.ts';
import { toDate, toInstant } from './instants.ts';
import type { Db } from './storage.ts';

export function coping(db: Db): Coping {
  return {
    async rated(memberId, strategyId) {
      const rows = await db.copingSession.findMany({
        where: { memberId, strategyId, before: { not: null }, after: { not: null } },
        orderBy: { endedAt: 'desc' },
      });
      return rows.map((row) => ({ ...row, endedAt: toInstant(row.endedAt) }));
    },

    async put(memberId, session) {
      const { id, ...row } = { ...session, endedAt: toDate(session.endedAt) };
      await db.copingSession.upsert({
        where: { memberId_id: { memberId, id } },
        create: { memberId, id, ...row },
        update: row,
      });
    },
  };
}
