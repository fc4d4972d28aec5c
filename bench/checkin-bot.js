// The bot as src/main.ts puts it together, without a platform.
import { readContent } from '../dist/content.js';
import { createInbox } from '../dist/core/conversation/inbox.js';
import { noLimits } from '../dist/core/conversation/traffic.js';
import { openTimetable } from '../dist/core/meetings/timetable.js';
import { definitionsOver } from '../dist/core/rooms.js';
import { Temporal } from '../dist/core/values/time.js';
import { openStorage } from '../dist/storage/open.js';
import { dayOf, historyDays, memberCount, noonOf, noteOf, people, requestsOf, setsRecord } from './checkin-requests.js';

const complain = (event, fields) => {
  throw new Error(event, { cause: fields });
};
const log = { info: () => {}, warn: complain, error: complain };

export async function openBot(database, keyFile) {
  let client;
  const { store, exclusive, close } = await openStorage({
    database: {
      ...database,
      async open(said) {
        client = await database.open(said);
        return client;
      },
    },
    keyFiles: [keyFile],
    log,
    onKeyMade: () => {},
  });
  const content = readContent();
  const deps = {
    store,
    content,
    timetable: openTimetable(store.meetings),
    clock: { now: () => Temporal.Now.instant() },
    log,
  };
  const inbox = createInbox({
    definitions: definitionsOver(content),
    deps,
    limits: { fieldsPerForm: 5, commandPrefix: '/', hasModeratorGroups: true, canCheckModeratorInDm: false },
    traffic: noLimits,
    rights: { mayModerate: async () => false, mayPost: async () => 'unknown' },
  });
  return {
    store,
    client,
    deps,
    exclusive,
    close,
    checkInsOf(pass) {
      const requests = requestsOf(pass);
      return async (member) => {
        const { asked, ...request } = requests[member];
        const answer = await inbox.read(asked, { opensForms: true }).answer(request);
        if (answer.kind !== 'reply') throw new Error(JSON.stringify(answer));
      };
    },
  };
}

/** Members who agreed to keep details, with a history; as many at once as the database takes. */
export async function seed({ store }, atOnce, { community, accounts } = people) {
  await store.transaction((tx) => tx.communities.change(community, { zone: 'America/New_York' }, noonOf(-historyDays)));
  const { id } = await store.communities.find(community);
  for (let from = 0; from < memberCount; from += atOnce) {
    const members = Array.from({ length: Math.min(atOnce, memberCount - from) }, (_, at) => from + at);
    await Promise.all(members.map((member) => store.transaction((tx) => seedMember(tx, id, accounts, member))));
  }
}

async function seedMember(tx, communityId, accounts, index) {
  const joined = noonOf(-historyDays);
  // The order of their beginnings tells which is which in a database that names nobody.
  const { id, member } = await tx.members.ensure(accounts[index], joined.add({ seconds: index }));
  await tx.members.noteCommunity(id, communityId);
  await tx.consents.answer(member.id, 'details', true);
  await tx.members.addZonePeriod(member.id, { since: joined, zone: 'America/New_York', dayEndsAt: '00:00' });
  for (let pass = -historyDays; pass < 0; pass += 1) {
    const at = noonOf(pass);
    const day = at.toZonedDateTimeISO('America/New_York').toPlainDate().toString();
    const details = { mood: 1 + ((index + pass + historyDays) % 5), note: noteOf(index) };
    await tx.checkIns.put(member.id, { day, checkedInAt: at, late: false, details });
  }
  await tx.members.raiseBest(member.id, setsRecord(index) ? historyDays : 365);
}

/** So many more days of history for everyone, before those that they have; nothing was said with them. */
export async function lengthen({ client }, kind, days) {
  const each = kind === 'sqlite' ? 'json_each(?) AS day' : 'json_array_elements_text($1::json) AS day(value)';
  // Some at a time: the bot lets no statement take more than some seconds.
  for (let from = 0; from < days; from += 500) {
    const some = Array.from({ length: Math.min(500, days - from) }, (_, i) => dayOf(-historyDays - 1 - from - i));
    await client.$executeRawUnsafe(
      `INSERT INTO "CheckIn" ("memberId", "day", "checkedInAt", "late")
       SELECT "Member"."id", day.value, "Member"."createdAt", FALSE FROM "Member" CROSS JOIN ${each}`,
      JSON.stringify(some),
    );
  }
}
