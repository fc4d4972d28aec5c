import { type CheckIn, details, type Feeling } from '../core/checkins/checkin.ts';
import type { CheckIns } from '../core/checkins/store.ts';
import type { Day } from '../core/time.ts';
import type { CheckIn as CheckInRow } from './generated/sqlite/client.ts';
import { toDate, toInstant } from './instants.ts';
import type { Db } from './storage.ts';

export function checkIns(db: Db): CheckIns {
  return {
    async days(memberId) {
      const rows = await db.checkIn.findMany({ where: { memberId }, select: { day: true }, orderBy: { day: 'asc' } });
      return rows.map(({ day }) => day as Day);
    },

    async find(memberId, day) {
      const row = await db.checkIn.findUnique({ where: { memberId_day: { memberId, day } } });
      return row === null ? null : toCheckIn(row);
    },

    async since(memberId, from) {
      const rows = await db.checkIn.findMany({ where: { memberId, day: { gte: from } }, orderBy: { day: 'asc' } });
      return rows.map(toCheckIn);
    },

    async put(memberId, { day, checkedInAt, late, details }) {
      const row = {
        checkedInAt: toDate(checkedInAt),
        late,
        mood: details.mood ?? null,
        craving: details.craving ?? null,
        confidence: details.confidence ?? null,
        feelings: details.feelings?.join(' ') ?? null,
        used: details.used ?? null,
        note: details.note ?? null,
      };
      await db.checkIn.upsert({
        where: { memberId_day: { memberId, day } },
        create: { memberId, day, ...row },
        update: row,
      });
    },
  };
}

function toCheckIn(row: CheckInRow): CheckIn {
  const said = {
    mood: row.mood,
    craving: row.craving,
    confidence: row.confidence,
    feelings: row.feelings?.split(' ').filter((word): word is Feeling => word !== ''),
    used: row.used,
    note: row.note,
  };
  return {
    day: row.day as Day,
    checkedInAt: toInstant(row.checkedInAt),
    late: row.late,
    details: details.parse(Object.fromEntries(Object.entries(said).filter(([, value]) => value != null))),
  };
}
