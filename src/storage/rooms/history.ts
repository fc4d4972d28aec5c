import { raw, sqltag } from '@prisma/client/runtime/client';
import type { History } from '../../core/checkins/store.ts';
import { streakCheckpoint } from '../../core/checkins/streak.ts';
import { periodsMax } from '../../core/members/zone-periods.ts';
import type { MemberId } from '../../core/values/ids.ts';
import type { ClockTime, Day, ZoneId } from '../../core/values/time.ts';
import type { Session } from '../database.ts';
import { toInstant } from '../instants.ts';
import { toCheckIn } from './checkins.ts';

type HistoryRow = CheckInRow | PauseRow | PeriodRow | FoldedRow;

interface CheckInRow {
  readonly kind: 'check-in';
  readonly text: Day;
  readonly at: Date;
  readonly late: boolean;
  readonly details: Uint8Array<ArrayBuffer> | null;
}

interface PauseRow {
  readonly kind: 'pause';
  readonly id: string;
  readonly text: Day;
  readonly until: Day | null;
}

interface PeriodRow {
  readonly kind: 'period';
  readonly text: ZoneId;
  readonly until: ClockTime;
  readonly at: Date;
}

interface FoldedRow {
  readonly kind: 'folded';
  readonly text: string | null;
}

/** @param whole all days, whatever was folded */
export async function readHistory({ db, sealers }: Session, member: MemberId, whole: boolean): Promise<History> {
  const from = whole ? raw(`''`) : sqltag`(SELECT COALESCE("foldedThrough", '') FROM "Member" WHERE "id" = ${member})`;
  const rows = await db.$queryRaw<HistoryRow[]>(sqltag`
    SELECT 'check-in' AS "kind", "day" AS "text", NULL AS "until", NULL AS "id", "checkedInAt" AS "at", "late", "details"
    FROM "CheckIn" WHERE "memberId" = ${member} AND "day" > ${from}
    UNION ALL SELECT 'pause', "fromDay", "untilDay", "id", NULL, NULL, NULL FROM "Pause" WHERE "memberId" = ${member}
    UNION ALL SELECT 'period', "zone", "dayEndsAt", NULL, "since", NULL, NULL FROM (
      SELECT * FROM "ZonePeriod" WHERE "memberId" = ${member} ORDER BY "since" DESC LIMIT ${periodsMax}) AS newest
    UNION ALL SELECT 'folded', "foldedStreak", NULL, NULL, NULL, NULL, NULL FROM "Member" WHERE "id" = ${member}
    ORDER BY "kind", "text"`);
  const checkIns = rows.filter((row) => row.kind === 'check-in');
  const pauses = rows.filter((row) => row.kind === 'pause');
  const periods = rows.filter((row) => row.kind === 'period').sort((a, b) => a.at.getTime() - b.at.getTime());
  const folded = whole ? null : (rows.find((row) => row.kind === 'folded')?.text ?? null);
  const sealer = checkIns.some(({ details }) => details !== null) ? await sealers.ofMember(db, member) : null;
  return {
    folded: folded === null ? null : streakCheckpoint.parse(JSON.parse(folded)),
    days: checkIns.map(({ text }) => text),
    checkIn(day) {
      const row = checkIns.find(({ text }) => text === day);
      return row === undefined ? null : toCheckIn({ ...row, day, checkedInAt: row.at }, sealer);
    },
    pauses: pauses.map(({ id, text, until }) => ({ id, from: text, until })),
    periods: periods.map(({ at, text, until }) => ({ since: toInstant(at), zone: text, dayEndsAt: until })),
  };
}
