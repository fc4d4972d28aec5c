import { sqltag } from '@prisma/client/runtime/client';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { Session } from '../database.ts';
import { toDate, toInstant } from '../instants.ts';
import { nothingExpires, nothingOfCommunities, nothingOfMembers } from './room-data.ts';

/** One row a task, so nothing expires. */
export function jobs({ db, clock }: Session): StoreWrites['jobs'] {
  return {
    async all() {
      const rows = await db.job.findMany({ orderBy: { name: 'asc' } });
      return rows.map(({ name, startedAt, endedAt, lastError }) => ({
        name,
        startedAt: toInstant(startedAt),
        endedAt: endedAt === null ? null : toInstant(endedAt),
        lastError,
      }));
    },

    async claim(name, plannedFor) {
      const count = await db.$executeRaw(sqltag`
        INSERT INTO "Job" ("name", "lastFor", "startedAt") VALUES (${name}, ${toDate(plannedFor)}, ${clock.in(0)})
        ON CONFLICT ("name") DO UPDATE SET "lastFor" = ${toDate(plannedFor)}, "startedAt" = ${clock.in(0)},
          "endedAt" = NULL, "lastError" = NULL
        WHERE "Job"."lastFor" < ${toDate(plannedFor)}`);
      return count > 0;
    },

    async ended(name, error) {
      await db.$executeRaw(sqltag`
        UPDATE "Job" SET "endedAt" = ${clock.in(0)}, "lastError" = ${error} WHERE "name" = ${name}`);
    },

    ...nothingOfMembers,
    ...nothingOfCommunities,
    ...nothingExpires,
  };
}
