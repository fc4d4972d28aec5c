// What the bot is held against: the statements of one check-in with ready-made values, and nothing around them.
import { randomBytes } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { dayOf, historyDays, noonOf, requestLookup, setsRecord } from './checkin-requests.js';

/** The calls of the client that the storage makes for a check-in: two reads, then one transaction. */
export async function barePrisma(database, sizes, alone = false) {
  const client = await database.open({ info: () => {} });
  const { lookup: communityLookup } = await client.community.findFirstOrThrow();
  const accounts = await client.account.findMany({ orderBy: { member: { createdAt: 'asc' } } });
  const details = sizes.details.map((size) => randomBytes(size));
  const answers = sizes.answers.map((size) => randomBytes(size));

  const identify = (db, lookup) =>
    db.account.findUnique({ where: { lookup }, include: { member: true, community: true } });
  const periods = (db, memberId) => db.zonePeriod.findMany({ where: { memberId }, orderBy: { since: 'asc' } });
  const settle = async (db, memberId) => {
    await Promise.all([
      db.checkIn.findMany({ where: { memberId }, select: { day: true }, orderBy: { day: 'asc' } }),
      db.pause.findMany({ where: { memberId }, orderBy: { fromDay: 'asc' } }),
      periods(db, memberId),
    ]);
  };

  async function write(db, { account, handled, key, row, raised }) {
    const { id: accountId, lookup, memberId } = account;
    await database.lockMemberOf(db, lookup);
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
  }

  /** What is written of one check-in, ready-made. */
  function valuesOf(pass, member) {
    const at = new Date(noonOf(pass).epochMilliseconds);
    return {
      account: accounts[member],
      handled: { lookup: requestLookup(pass, member), answer: answers[member], handledAt: at },
      key: { memberId: accounts[member].memberId, day: dayOf(pass) },
      row: { checkedInAt: at, late: false, details: details[member] },
      raised: setsRecord(member) ? historyDays + 1 + pass : null,
    };
  }

  return {
    close: () => client.$disconnect(),
    checkInsOf(pass) {
      const values = accounts.map((_, member) => valuesOf(pass, member));
      return async (member) => {
        await Promise.all([
          identify(client, accounts[member].lookup),
          alone ? null : client.community.findUnique({ where: { lookup: communityLookup } }),
        ]);
        await client.$transaction((db) => write(db, values[member]), { maxWait: 30_000, timeout: 30_000 });
      };
    },
  };
}

/** How long is what the bot sealed in a pass, member by member. */
export async function sealedSizes({ client }, pass) {
  const members = await client.member.findMany({
    orderBy: { createdAt: 'asc' },
    select: { checkIns: { where: { day: dayOf(pass) } }, accounts: { select: { handled: true } } },
  });
  return {
    details: members.map(({ checkIns: [checkIn] }) => checkIn.details.length),
    answers: members.map(({ accounts: [account] }) => account.handled[0].answer.length),
  };
}

/** The statements of a tape with their values, prepared once each. better-sqlite3 waits for each: one after the other. */
export function bareSqlite(file, tapes) {
  const db = new Sqlite(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const prepared = new Map();
  const statement = (sql) => {
    const there = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, there);
    return there;
  };
  return {
    close: async () => db.close(),
    checkInsOf: (pass) => async (member) => {
      for (const { sql, values } of tapes.get(pass)[member]) {
        const ready = statement(sql);
        if (ready.reader) ready.all(values);
        else ready.run(values);
      }
    },
  };
}
