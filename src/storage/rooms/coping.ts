import { z } from 'zod';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { Db, Session } from '../database.ts';
import type { CopingSession } from '../generated/sqlite/client.ts';
import { toDate, toInstant } from '../instants.ts';
import type { Cell } from '../sealing/sealer.ts';
import { inBatches, nothingExpires, nothingOfCommunities, resealing, rowsAtOnce } from './room-data.ts';

/** The encrypted details of a run. */
const said = z.object({ trigger: z.string().nullable(), before: z.number().nullable(), after: z.number().nullable() });

export function coping({ db, sealers }: Session): StoreWrites['coping'] {
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

    async *exportOf(memberId) {
      const sealer = await sealers.ofMember(db, memberId);
      for await (const rows of sessionsOf(db, memberId)) {
        yield {
          table: 'CopingSession',
          rows: rows.map(({ id, strategyId, endedAt, details }) => ({
            strategyId,
            endedAt: endedAt.toISOString(),
            ...said.parse(JSON.parse(sealer.open(detailsCell(id), details))),
          })),
        };
      }
    },

    async erase(memberId) {
      await db.copingSession.deleteMany({ where: { memberId } });
    },

    async join(from, into) {
      const reseal = await resealing({ db, sealers }, from, into);
      for await (const rows of sessionsOf(db, from)) {
        for (const { id, strategyId, endedAt, details } of rows) {
          const cell = detailsCell(id);
          const row = {
            memberId: into,
            id,
            strategyId,
            endedAt,
            details: reseal(cell, details),
          };
          // Skips a run that was begun on one account and ended on both.
          await db.copingSession.upsert({
            where: { memberId_id: { memberId: into, id } },
            create: row,
            update: {},
          });
        }
      }
      await db.copingSession.deleteMany({ where: { memberId: from } });
    },

    ...nothingOfCommunities,
    ...nothingExpires,
  };
}

function sessionsOf(db: Db, memberId: string) {
  return inBatches<CopingSession>((last) =>
    db.copingSession.findMany({
      where: { memberId, ...(last === undefined ? {} : { id: { gt: last.id } }) },
      orderBy: { id: 'asc' },
      take: rowsAtOnce,
    }),
  );
}

function detailsCell(row: string): Cell {
  return { table: 'CopingSession', column: 'details', row };
}
