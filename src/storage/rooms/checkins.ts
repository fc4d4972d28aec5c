import { type CheckIn, type Details, details } from '../../core/checkins/checkin.ts';
import type { CheckIns } from '../../core/checkins/store.ts';
import type { Day } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import type { CheckIn as CheckInRow } from '../generated/sqlite/client.ts';
import { toDate, toInstant } from '../instants.ts';
import type { Cell, Sealer } from '../sealing/sealer.ts';
import { readHistory } from './history.ts';

export function checkIns(session: Session): CheckIns {
  const { db, sealers } = session;
  return {
    history: (memberId, whole) => readHistory(session, memberId, whole === 'whole'),

    async find(memberId, day) {
      const row = await db.checkIn.findUnique({ where: { memberId_day: { memberId, day } } });
      return row === null ? null : toCheckIn(row, await sealers.ofMember(db, memberId));
    },

    async since(memberId, from) {
      const rows = await db.checkIn.findMany({ where: { memberId, day: { gte: from } }, orderBy: { day: 'asc' } });
      if (rows.length === 0) return [];
      const sealer = await sealers.ofMember(db, memberId);
      return rows.map((row) => toCheckIn(row, sealer));
    },

    async put(memberId, { day, checkedInAt, late, details }) {
      const sealed = await sealDetails(day, details, () => sealers.ofMember(db, memberId));
      await db.$executeRaw`
        INSERT INTO "CheckIn" ("memberId", "day", "checkedInAt", "late", "details")
        VALUES (${memberId}, ${day}, ${toDate(checkedInAt)}, ${late}, ${sealed})
        ON CONFLICT ("memberId", "day") DO UPDATE SET
          "checkedInAt" = excluded."checkedInAt", "late" = excluded."late", "details" = excluded."details"`;
    },

    async keepStreak(memberId, best, folded) {
      const [through, streak] = folded === null ? [null, null] : [folded.through, JSON.stringify(folded)];
      await db.$executeRaw`
        UPDATE "Member" SET "foldedThrough" = ${through}, "foldedStreak" = ${streak},
          "bestInARow" = CASE WHEN "bestInARow" < ${best} THEN ${best} ELSE "bestInARow" END
        WHERE "id" = ${memberId}`;
    },
  };
}

async function sealDetails(day: Day, said: Details, sealer: () => Promise<Sealer>) {
  const text = JSON.stringify(said);
  return text === '{}' ? null : (await sealer()).seal(detailsCell(day), text);
}

/** @param sealer null where nothing was said */
export function toCheckIn(row: Omit<CheckInRow, 'memberId'>, sealer: Sealer | null): CheckIn {
  const said = row.details === null || sealer === null ? '{}' : sealer.open(detailsCell(row.day), row.details);
  return {
    day: row.day as Day,
    checkedInAt: toInstant(row.checkedInAt),
    late: row.late,
    details: details.parse(JSON.parse(said)),
  };
}

function detailsCell(row: string): Cell {
  return { table: 'CheckIn', column: 'details', row };
}
