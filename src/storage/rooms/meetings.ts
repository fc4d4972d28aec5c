import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoreWrites } from '../../core/conversation/store.ts';
import type { Attendance, MeetingTime } from '../../core/meetings/meeting.ts';
import type { ZoneId } from '../../core/values/time.ts';
import type { Db, Session } from '../database.ts';
import type { Meeting as MeetingRow } from '../generated/sqlite/client.ts';
import { toDate, toInstant } from '../instants.ts';
import { nothingExpires, nothingOfCommunities, nothingOfMembers } from './room-data.ts';

export function meetings({ db, insertMeetings }: Session): StoreWrites['meetings'] {
  const currentImports = async (): Promise<string[]> =>
    (await db.feed.findMany({ select: { currentImport: true } })).map(({ currentImport }) => currentImport);

  return {
    async feeds() {
      const rows = await db.feed.findMany({ where: { currentImport: { not: '' } }, orderBy: { name: 'asc' } });
      return rows.map(({ name, program, currentImport, importedAt }) => ({
        name,
        program,
        importId: currentImport,
        importedAt: toInstant(importedAt),
      }));
    },

    async times() {
      const times: MeetingTime[] = [];
      for (const importId of await currentImports()) {
        let page = await firstTimes(db, importId);
        for (;;) {
          times.push(...page.map((row) => toTime(importId, row)));
          const last = page.at(-1);
          if (last === undefined || page.length < timesPerPage) break;
          // Yields to other requests between two pages.
          await nextTurn();
          page = await timesAfter(db, importId, last);
        }
      }
      return times;
    },

    async get(refs) {
      const rows = await db.meeting.findMany({
        where: {
          OR: refs.map(({ importId, slug, weekday, startMinute }) => ({ importId, slug, weekday, startMinute })),
        },
      });
      return rows.map((row) => ({ ...toMeeting(row), ref: row }));
    },

    async addBatch({ name, program }, importId, batch, now) {
      const { id: feedId } = await db.feed.upsert({
        where: { name },
        create: { id: randomUUID(), name, program, currentImport: '', importedAt: toDate(now) },
        update: { program },
      });
      const rows = batch.map((meeting) => ({ ...meeting, types: meeting.types.join(' '), feedId, importId }));
      await insertMeetings(JSON.stringify(rows));
    },

    async switchTo(name, importId, now) {
      await db.feed.update({ where: { name }, data: { currentImport: importId, importedAt: toDate(now) } });
    },

    async removeOld(feedName, importId, limit) {
      return db.$executeRaw`
        DELETE FROM "Meeting" WHERE ("importId", "slug", "weekday", "startMinute") IN (
          SELECT "importId", "slug", "weekday", "startMinute" FROM "Meeting"
          WHERE "feedId" = (SELECT "id" FROM "Feed" WHERE "name" = ${feedName}) AND "importId" <> ${importId}
          LIMIT ${limit})`;
    },

    // `removeOld` deletes an older import's rows at the next import. A sweep cannot, because a running import is not
    // the current one either.
    ...nothingOfMembers,
    ...nothingOfCommunities,
    ...nothingExpires,
  };
}

/** So few that reading them holds the event loop for only some ten milliseconds. */
const timesPerPage = 1_000;

type TimeRow = Pick<MeetingRow, 'slug' | 'weekday' | 'startMinute' | 'durationMinutes' | 'zone'>;

function firstTimes(db: Db, importId: string): Promise<TimeRow[]> {
  return db.$queryRaw<TimeRow[]>`
    SELECT "slug", "weekday", "startMinute", "durationMinutes", "zone" FROM "Meeting" WHERE "importId" = ${importId}
    ORDER BY "slug", "weekday", "startMinute" LIMIT ${timesPerPage}`;
}

function timesAfter(db: Db, importId: string, { slug, weekday, startMinute }: TimeRow): Promise<TimeRow[]> {
  return db.$queryRaw<TimeRow[]>`
    SELECT "slug", "weekday", "startMinute", "durationMinutes", "zone" FROM "Meeting"
    WHERE "importId" = ${importId} AND ("slug", "weekday", "startMinute") > (${slug}, ${weekday}, ${startMinute})
    ORDER BY "slug", "weekday", "startMinute" LIMIT ${timesPerPage}`;
}

function toTime(importId: string, { slug, weekday, startMinute, durationMinutes, zone }: TimeRow): MeetingTime {
  const ref = { importId, slug, weekday, startMinute };
  return { ref, weekday, startMinute, durationMinutes, zone: zone as ZoneId | null };
}

function toMeeting(row: MeetingRow) {
  return {
    ...row,
    attendance: row.attendance as Attendance,
    types: row.types.split(' ').filter((code) => code !== ''),
    zone: row.zone as ZoneId | null,
  };
}
