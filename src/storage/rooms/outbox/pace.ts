import { sqltag } from '@prisma/client/runtime/client';
import type { PaceKey } from '../../../core/outbox/delivery.ts';
import type { Outbox } from '../../../core/outbox/store.ts';
import type { Session } from '../../database.ts';

/** Turns at even distances, one row a pace: the next turn is the row's, for all processes. */
export function pace({ db, clock, sealers }: Session): Pick<Outbox, 'takeTurn' | 'close' | 'paceOf'> {
  return {
    async takeTurn(key, everyMs, horizonMs, notBeforeMs = 0) {
      const [taken] = await db.$queryRaw<WaitRow[]>(sqltag`
        INSERT INTO "Pace" ("key", "openAt") VALUES (${key}, ${clock.ms} + ${notBeforeMs + everyMs})
        ON CONFLICT ("key") DO UPDATE SET "openAt" = ${everyMs} +
          CASE WHEN "Pace"."openAt" > ${clock.ms} + ${notBeforeMs} THEN "Pace"."openAt"
            ELSE ${clock.ms} + ${notBeforeMs} END
        WHERE "Pace"."openAt" <= ${clock.ms} + ${horizonMs}
        RETURNING "openAt" - ${everyMs} - ${clock.ms} AS "waitMs"`);
      if (taken !== undefined) return { kind: 'taken', waitMs: waitOf(taken) };
      const [row] = await db.$queryRaw<WaitRow[]>(sqltag`
        SELECT "openAt" - ${clock.ms} AS "waitMs" FROM "Pace" WHERE "key" = ${key}`);
      return { kind: 'refused', waitMs: row === undefined ? 0 : waitOf(row) };
    },

    async close(key, ms) {
      await db.$executeRaw(sqltag`
        INSERT INTO "Pace" ("key", "openAt") VALUES (${key}, ${clock.ms} + ${ms})
        ON CONFLICT ("key") DO UPDATE SET "openAt" =
          CASE WHEN "Pace"."openAt" > ${clock.ms} + ${ms} THEN "Pace"."openAt" ELSE ${clock.ms} + ${ms} END`);
    },

    paceOf: async (name) => sealers.lookupPace(name) as PaceKey,
  };
}

interface WaitRow {
  readonly waitMs: unknown;
}

function waitOf({ waitMs }: WaitRow): number {
  return Math.max(0, Number(waitMs));
}
