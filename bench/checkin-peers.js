// What the bot is held against: the statements of a check-in with ready-made values, and nothing around them.
import { randomBytes } from 'node:crypto';
import { ofCommit6846c93, today } from './checkin-calls.js';
import { dayOf, historyDays, noonOf, requestLookup, setsRecord } from './checkin-requests.js';

/**
 * The calls of the client that the storage makes for a check-in: who asks, then one transaction.
 * @param options.statements those of the commit that is the peer for good, or those of today
 */
export async function barePrisma(database, sizes, { alone = false, statements }) {
  const client = await database.open({ info: () => {} });
  const accounts = await client.account.findMany({ orderBy: { member: { createdAt: 'asc' } } });
  const community = alone ? null : (await client.community.findFirstOrThrow()).lookup;
  const details = sizes.details.map((size) => randomBytes(size));
  const answers = sizes.answers.map((size) => randomBytes(size));
  const { whoAsks, write } = statements === 'today' ? today(database) : ofCommit6846c93(database);

  /** What is written of one check-in, ready-made. */
  function valuesOf(pass, member) {
    const at = new Date(noonOf(pass).epochMilliseconds);
    const inARow = historyDays + 1 + pass;
    return {
      account: accounts[member],
      handled: { lookup: requestLookup(pass, member), answer: answers[member], handledAt: at },
      key: { memberId: accounts[member].memberId, day: dayOf(pass) },
      row: { checkedInAt: at, late: false, details: details[member] },
      raised: setsRecord(member) ? inARow : null,
      streak: { best: setsRecord(member) ? inARow : 365, ...folded(pass - 2, inARow - 2) },
    };
  }

  return {
    close: () => client.$disconnect(),
    checkInsOf(pass) {
      const values = accounts.map((_, member) => valuesOf(pass, member));
      return async (member) => {
        await whoAsks(client, accounts[member].lookup, community);
        await client.$transaction((db) => write(db, values[member]), { maxWait: 30_000, timeout: 30_000 });
      };
    },
  };
}

function folded(pass, inARow) {
  const through = dayOf(pass);
  const streak = { through, inARow, best: inARow, total: inARow, first: dayOf(-historyDays), livedSinceMiss: inARow };
  return { through, json: JSON.stringify(streak) };
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
