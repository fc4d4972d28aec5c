import { z } from 'zod';
import type { Coping } from '../../core/coping/store.ts';
import type { Session } from '../database.ts';
import { toDate, toInstant } from '../instants.ts';
import type { Cell } from '../sealing/sealer.ts';

/** What was said in a run. */
const said = z.object({ trigger: z.string().nullable(), before: z.number().nullable(), after: z.number().nullable() });

export function coping({ db, sealers }: Session): Coping {
  return {
    async rated(memberId, strategyId) {
      const rows = await db.copingSession.findMany({ where: { memberId, strategyId }, orderBy: { endedAt: 'desc' } });
      if (rows.length === 0) return [];
      const sealer = await sealers.ofMember(db, memberId);
      return rows
        .map(({ id, endedAt, details }) => ({
          id,
          strategyId,
          endedAt: toInstant(endedAt),
          ...said.parse(JSON.parse(sealer.open(detailsCell(id), details))),
        }))
        .filter(({ before, after }) => before !== null && after !== null);
    },

    async put(memberId, { id, strategyId, endedAt, trigger, before, after }) {
      const sealer = await sealers.ofMember(db, memberId);
      const details = sealer.seal(detailsCell(id), JSON.stringify({ trigger, before, after }));
      const row = { strategyId, endedAt: toDate(endedAt), details };
      await db.copingSession.upsert({
        where: { memberId_id: { memberId, id } },
        create: { memberId, id, ...row },
        update: row,
      });
    },
  };
}

function detailsCell(row: string): Cell {
  return { table: 'CopingSession', column: 'details', row };
}
