import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Attendance } from '../core/meetings/meeting.ts';
import type { Meetings } from '../core/meetings/store.ts';
import type { ZoneId } from '../core/time.ts';
import type { Session } from './database.ts';
import type { Meeting as MeetingRow } from './generated/sqlite/client.ts';
import { toDate, toInstant } from './instants.ts';

export function meetings({ db }: Session): Meetings {
  const currentImports = async (): Promise<string[]> =>
    (await db.feed.findMany({ select: { currentImport: true } })).map(({ currentImport }) => currentImport);

  return {
    async feeds() {
      const rows = await db.feed.findMany({ where: { currentImport: { not: '' } }, orderBy: { name: 'asc' } });
      return rows.map(({ name, program, importedAt }) => ({ name, program, importedAt: toInstant(importedAt) }));
    },

    async times() {
      const imports = await currentImports();
      const rows: TimeRow[] = [];
      // Day by day, so that twenty thousand meetings never hold the event loop in one go.
      for (const weekday of [1, 2, 3, 4, 5, 6, 7]) {
        rows.push(
          ...(await db.meeting.findMany({ where: { importId: { in: imports }, weekday }, select: timeColumns })),
        );
        await nextTurn();
      }
      return rows.map(({ importId, slug, weekday, startMinute, durationMinutes, zone }) => ({
        ref: { importId, slug, weekday, startMinute },
        weekday,
        startMinute,
        durationMinutes,
        zone: zone as ZoneId | null,
      }));
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
      await db.meeting.createMany({
        data: batch.map(({ types, ...meeting }) => ({ ...meeting, types: types.join(' '), feedId, importId })),
      });
    },

    async switchTo(name, importId, now) {
      await db.feed.update({ where: { name }, data: { currentImport: importId, importedAt: toDate(now) } });
    },

    async removeOld(feedName, importId, limit) {
      const old = await db.meeting.findMany({
        where: { feed: { name: feedName }, importId: { not: importId } },
        select: { importId: true, slug: true, weekday: true, startMinute: true },
        take: limit,
      });
      if (old.length === 0) return 0;
      const { count } = await db.meeting.deleteMany({ where: { OR: old } });
      return count;
    },
  };
}

const timeColumns = { importId: true, slug: true, weekday: true, startMinute: true, durationMinutes: true, zone: true };
type TimeRow = Pick<MeetingRow, keyof typeof timeColumns>;

function toMeeting(row: MeetingRow) {
  return {
    ...row,
    attendance: row.attendance as Attendance,
    types: row.types.split(' ').filter((code) => code !== ''),
    zone: row.zone as ZoneId | null,
  };
}
