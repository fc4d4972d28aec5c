// The calls of Prisma's client that a check-in makes, without what stands around them in the storage.
import { empty, sqltag } from '@prisma/client/runtime/client';

/** As the storage was at that commit: 16.5 statements. It stays, so that what is measured beside it can be compared. */
export function ofCommit6846c93(database) {
  const identify = (db, lookup) =>
    db.account.findUnique({ where: { lookup }, include: { member: true, community: true } });
  const settle = (db, memberId) =>
    Promise.all([
      db.checkIn.findMany({ where: { memberId }, select: { day: true }, orderBy: { day: 'asc' } }),
      db.pause.findMany({ where: { memberId }, orderBy: { fromDay: 'asc' } }),
      db.zonePeriod.findMany({ where: { memberId }, orderBy: { since: 'asc' } }),
    ]);
  const lockMember = async (db, lookup) => {
    if (!database.locksMembers) return;
    await db.$queryRaw`
        SELECT 1 FROM "Member" WHERE "id" = (SELECT "memberId" FROM "Account" WHERE "lookup" = ${lookup}) FOR UPDATE`;
  };
  return {
    whoAsks: (db, lookup, community) =>
      Promise.all([
        identify(db, lookup),
        community === null ? null : db.community.findUnique({ where: { lookup: community } }),
      ]),
    async write(db, { account, handled, key, row, raised }) {
      const { id: accountId, lookup, memberId } = account;
      await lockMember(db, lookup);
      await identify(db, lookup);
      await db.handledRequest.findUnique({ where: { accountId_lookup: { accountId, lookup: handled.lookup } } });
      await settle(db, memberId);
      await db.checkIn.findUnique({ where: { memberId_day: key } });
      await db.checkIn.upsert({ where: { memberId_day: key }, create: { ...key, ...row }, update: row });
      if (raised !== null) {
        await db.member.updateMany({
          where: { id: memberId, bestInARow: { lt: raised } },
          data: { bestInARow: raised },
        });
      }
      await db.handledRequest.create({ data: { accountId, ...handled } });
    },
  };
}

/** As src/storage/ is now (accounts.ts, history.ts, checkins.ts). */
export function today(database) {
  const columns = sqltag`
  account."id" AS "accountId", account."key" AS "accountKey", account."locale" AS "toldLocale",
  account."zone" AS "toldZone", member."id", member."wrappedKey", member."zone",
  member."dayEndsAt", member."country", member."ownWords", member."plainMessages", member."keepsDetails",
  member."keepsRatings", member."bestInARow", last."id" AS "lastId", last."zone" AS "lastZone", last."country" AS "lastCountry"`;
  return {
    whoAsks: (db, lookup, community) =>
      db.$queryRaw(sqltag`
    SELECT ${columns}, NULL AS "answer", here."id" AS "hereId", here."wrappedKey" AS "hereWrappedKey",
      here."key" AS "hereKey", here."zone" AS "hereZone", here."country" AS "hereCountry", here."locale" AS "hereLocale",
      here."moderators"
    FROM (SELECT 1) AS one
    LEFT JOIN "Account" account ON account."lookup" = ${lookup}
    LEFT JOIN "Member" member ON member."id" = account."memberId"
    LEFT JOIN "Community" last ON last."id" = account."communityId"
    LEFT JOIN "Community" here ON here."lookup" = ${community}`),
    async write(db, { account, handled, key, row, streak }) {
      const { id: accountId, lookup, memberId } = account;
      await db.$queryRaw(sqltag`
    SELECT ${columns}, handled."answer"
    FROM "Account" account
    JOIN "Member" member ON member."id" = account."memberId"
    LEFT JOIN "Community" last ON last."id" = account."communityId"
    LEFT JOIN "HandledRequest" handled ON handled."accountId" = account."id" AND handled."lookup" = ${handled.lookup}
    WHERE account."lookup" = ${lookup}
    ${database.locksMembers ? sqltag`FOR UPDATE OF member` : empty}`);
      await db.$queryRaw(sqltag`
    SELECT 'check-in' AS "kind", "day" AS "text", NULL AS "until", NULL AS "id", "checkedInAt" AS "at", "late", "details"
    FROM "CheckIn" WHERE "memberId" = ${memberId} AND "day" > (SELECT COALESCE("foldedThrough", '') FROM "Member" WHERE "id" = ${memberId})
    UNION ALL SELECT 'pause', "fromDay", "untilDay", "id", NULL, NULL, NULL FROM "Pause" WHERE "memberId" = ${memberId}
    UNION ALL SELECT 'period', "zone", "dayEndsAt", NULL, "since", NULL, NULL FROM (
      SELECT * FROM "ZonePeriod" WHERE "memberId" = ${memberId} ORDER BY "since" DESC LIMIT ${100}) AS newest
    UNION ALL SELECT 'folded', "foldedStreak", NULL, NULL, NULL, NULL, NULL FROM "Member" WHERE "id" = ${memberId}
    ORDER BY "kind", "text"`);
      const { checkedInAt, late, details } = row;
      await db.$executeRaw`
        INSERT INTO "CheckIn" ("memberId", "day", "checkedInAt", "late", "details")
        VALUES (${memberId}, ${key.day}, ${checkedInAt}, ${late}, ${details})
        ON CONFLICT ("memberId", "day") DO UPDATE SET
          "checkedInAt" = excluded."checkedInAt", "late" = excluded."late", "details" = excluded."details"`;
      const { through, json, best } = streak;
      await db.$executeRaw`
        UPDATE "Member" SET "foldedThrough" = ${through}, "foldedStreak" = ${json},
          "bestInARow" = CASE WHEN "bestInARow" < ${best} THEN ${best} ELSE "bestInARow" END
        WHERE "id" = ${memberId}`;
      await db.$executeRaw`
        INSERT INTO "HandledRequest" ("accountId", "lookup", "answer", "handledAt")
        VALUES (${accountId}, ${handled.lookup}, ${handled.answer}, ${handled.handledAt})`;
    },
  };
}
