import type { Db } from '../database.ts';

// Uses one statement with one JSON list, because one parameter per value takes four times as long, and holds the event
// loop meanwhile.

/** @param rows a JSON list of objects, each with every column of "Meeting" */
export async function insertMeetingsSqlite(db: Db, rows: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Meeting" (
      "feedId", "importId", "slug", "weekday", "startMinute", "durationMinutes", "zone", "name", "attendance", "types",
      "location", "address", "joinUrl", "joinPhone", "sourceUrl")
    SELECT
      value ->> '$.feedId', value ->> '$.importId', value ->> '$.slug', value ->> '$.weekday',
      value ->> '$.startMinute', value ->> '$.durationMinutes', value ->> '$.zone', value ->> '$.name',
      value ->> '$.attendance', value ->> '$.types', value ->> '$.location', value ->> '$.address',
      value ->> '$.joinUrl', value ->> '$.joinPhone', value ->> '$.sourceUrl'
    FROM json_each(${rows})`;
}

/** @param rows as for SQLite */
export async function insertMeetingsPostgresql(db: Db, rows: string): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "Meeting" (
      "feedId", "importId", "slug", "weekday", "startMinute", "durationMinutes", "zone", "name", "attendance", "types",
      "location", "address", "joinUrl", "joinPhone", "sourceUrl")
    SELECT
      "feedId", "importId", "slug", "weekday", "startMinute", "durationMinutes", "zone", "name", "attendance", "types",
      "location", "address", "joinUrl", "joinPhone", "sourceUrl"
    FROM json_to_recordset(${rows}::json) AS row(
      "feedId" text, "importId" text, "slug" text, "weekday" int, "startMinute" int, "durationMinutes" int, "zone" text,
      "name" text, "attendance" text, "types" text, "location" text, "address" text, "joinUrl" text, "joinPhone" text,
      "sourceUrl" text)`;
}
