import { type CheckIn, type Details, details } from '../../core/checkins/checkin.ts';
import { merge } from '../../core/checkins/rules.ts';
import type { StreakCheckpoint } from '../../core/checkins/streak.ts';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { MemberId } from '../../core/values/ids.ts';
import type { Day } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import type { CheckIn as CheckInRow } from '../generated/sqlite/client.ts';
import { toDate, toInstant } from '../instants.ts';
import type { Cell, Sealer } from '../sealing/sealer.ts';
import { readHistory } from './history.ts';
import { inBatches, nothingExpires, nothingOfCommunities, rowsAtOnce } from './room-data.ts';

export function checkIns(session: Session): StoreWrites['checkIns'] {
  const { db, sealers } = session;

  async function put(memberId: MemberId, { day, checkedInAt, late, details }: CheckIn): Promise<void> {
    const sealed = await sealDetails(day, details, () => sealers.ofMember(db, memberId));
    await db.$executeRaw`
      INSERT INTO "CheckIn" ("memberId", "day", "checkedInAt", "late", "details")
      VALUES (${memberId}, ${day}, ${toDate(checkedInAt)}, ${late}, ${sealed})
      ON CONFLICT ("memberId", "day") DO UPDATE SET
        "checkedInAt" = excluded."checkedInAt", "late" = excluded."late", "details" = excluded."details"`;
  }

  /** Reads all check-ins of a member, oldest first. */
  async function* allOf(memberId: MemberId): AsyncIterable<readonly CheckIn[]> {
    const sealer = await sealers.ofMember(db, memberId);
    const batches = inBatches<CheckInRow>((last) =>
      db.checkIn.findMany({
        where: { memberId, day: { gt: last?.day ?? '' } },
        orderBy: { day: 'asc' },
        take: rowsAtOnce,
      }),
    );
    for await (const rows of batches) yield rows.map((row) => toCheckIn(row, sealer));
  }

  async function find(memberId: MemberId, day: Day): Promise<CheckIn | null> {
    const row = await db.checkIn.findUnique({ where: { memberId_day: { memberId, day } } });
    return row === null ? null : toCheckIn(row, await sealers.ofMember(db, memberId));
  }

  async function keepStreak(memberId: MemberId, best: number, folded: StreakCheckpoint | null): Promise<void> {
    const [through, streak] = folded === null ? [null, null] : [folded.through, JSON.stringify(folded)];
    await db.$executeRaw`
      UPDATE "Member" SET "foldedThrough" = ${through}, "foldedStreak" = ${streak},
        "bestInARow" = CASE WHEN "bestInARow" < ${best} THEN ${best} ELSE "bestInARow" END
      WHERE "id" = ${memberId}`;
  }

  return {
    history: (memberId, whole) => readHistory(session, memberId, whole === 'whole'),

    find,
    put,
    keepStreak,

    async since(memberId, from) {
      const rows = await db.checkIn.findMany({ where: { memberId, day: { gte: from } }, orderBy: { day: 'asc' } });
      if (rows.length === 0) return [];
      const sealer = await sealers.ofMember(db, memberId);
      return rows.map((row) => toCheckIn(row, sealer));
    },

    async *exportOf(memberId) {
      for await (const rows of allOf(memberId)) {
        yield {
          table: 'CheckIn',
          rows: rows.map(({ day, checkedInAt, late, details }) => ({
            day,
            checkedInAt: checkedInAt.toString(),
            late,
            ...details,
          })),
        };
      }
    },

    async erase(memberId) {
      await db.checkIn.deleteMany({ where: { memberId } });
    },

    async join(from, into) {
      for await (const rows of allOf(from)) {
        for (const checkIn of rows) {
          const there = await find(into, checkIn.day);
          await put(into, there === null ? checkIn : sameDay(there, checkIn));
        }
      }
      await db.checkIn.deleteMany({ where: { memberId: from } });
      await keepStreak(into, 0, null);
    },

    ...nothingOfCommunities,
    ...nothingExpires,
  };
}

async function sealDetails(day: Day, said: Details, sealer: () => Promise<Sealer>) {
  const text = JSON.stringify(said);
  return text === '{}' ? null : (await sealer()).seal(detailsCell(day), text);
}

/** Merges two check-ins of one day as if they were made on one account: later details replace earlier ones. */
function sameDay(one: CheckIn, other: CheckIn): CheckIn {
  const [first, second] = isBefore(one, other) ? [one, other] : [other, one];
  return { ...first, late: first.late && second.late, details: merge(first.details, second.details) };
}

function isBefore(one: CheckIn, other: CheckIn): boolean {
  return one.checkedInAt.epochMilliseconds <= other.checkedInAt.epochMilliseconds;
}

/** @param sealer null if there are no details */
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
