// A bot that can be killed: the program's own core, storage and settings, with lines of JSON for a platform.
// JavaScript, since it is started as a process of its own; it runs what `npm run build` made.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Asked a line that comes in
 * @property {string} id
 * @property {string} account
 * @property {string} at an instant
 * @property {import('../../src/core/language/request.ts').RequestBody} asked
 *
 * @typedef {object} Answered a line that goes out
 * @property {string} id
 * @property {import('../../src/core/language/answer.ts').RefusalReason | null} refused
 * @property {string} text every word that the member sees
 */

/** @type {(file: string) => Promise<any>} */
const built = (file) => import(new URL(`../../dist/${file}`, import.meta.url).href);
await built('v8-flags.js');
/** @type {typeof import('../../src/config.ts')} */
const { readConfig } = await built('config.js');
/** @type {typeof import('../../src/content.ts')} */
const { readContent } = await built('content.js');
/** @type {typeof import('../../src/core/conversation/inbox.ts')} */
const { createInbox } = await built('core/conversation/inbox.js');
/** @type {typeof import('../../src/core/language/plain-text.ts')} */
const { toPlainText } = await built('core/language/plain-text.js');
/** @type {typeof import('../../src/core/conversation/traffic.ts')} */
const { noLimits } = await built('core/conversation/traffic.js');
/** @type {typeof import('../../src/core/rooms.ts')} */
const { definitionsOver } = await built('core/rooms.js');
/** @type {typeof import('../../src/core/meetings/timetable.ts')} */
const { openTimetable } = await built('core/meetings/timetable.js');
/** @type {typeof import('../../src/core/values/time.ts')} */
const { Temporal, utc } = await built('core/values/time.js');
/** @type {typeof import('../../src/storage/database.ts')} */
const { openDatabase } = await built('storage/database.js');
/** @type {typeof import('../../src/storage/open.ts')} */
const { openStorage } = await built('storage/open.js');

const { database, keyFiles } = readConfig(process.env);
const content = readContent();
const log = {
  /** @param {string} event */
  info: (event) => {
    if (event === 'database can be used') tell('ready');
  },
  warn: complain,
  error: complain,
};
const storage = await openStorage({ database: await openDatabase(database, true), keyFiles, log, onKeyMade: () => {} });
const inbox = createInbox({
  definitions: definitionsOver(content),
  deps: {
    store: storage.store,
    content,
    timetable: openTimetable(storage.store.meetings),
    clock: { now: () => Temporal.Now.instant() },
    log,
  },
  limits: {
    fieldsPerForm: 0,
    commandPrefix: '/',
    hasModeratorGroups: true,
    canCheckModeratorInDm: false,
    asksAgainMs: 0,
    pace: {
      perSecond: Number.POSITIVE_INFINITY,
      privateEveryMs: 0,
      channelEveryMs: 0,
      requestsToMember: 1,
      botOf: () => 'memory',
    },
  },
  traffic: noLimits,
  rights: { mayModerate: async () => false, mayPost: async () => 'unknown' },
});

const asked = createInterface({ input: process.stdin });
asked.on('line', (line) => void answer(JSON.parse(line)));
asked.once('close', () => void storage.close());
if (storage.trouble() === null) tell('ready');

/** @param {Asked} asking */
async function answer({ id, account, at, asked }) {
  const caller = {
    platform: 'memory',
    account,
    community: null,
    locale: 'en',
    communityLocale: null,
    zone: utc,
    claims: [],
  };
  const request = { id, caller, place: /** @type {const} */ ({ kind: 'private' }), at: Temporal.Instant.from(at) };
  const answer = await inbox.read(asked, { opensForms: false }).answer(request);
  if (answer.kind === 'open' || answer.kind === 'nothing') throw new Error('Words were asked for');
  const refused = answer.kind === 'refused' ? answer.reason : null;
  tell(JSON.stringify({ id, refused, text: toPlainText(answer.view) }));
}

/**
 * One system call a line: whoever reads a part of it has all of it, and it leaves at this moment and no later.
 * @param {string} line
 */
function tell(line) {
  writeSync(1, `${line}\n`);
}

/**
 * @param {string} event
 * @param {import('../../src/core/values/log.ts').LogFields} [fields]
 */
function complain(event, { reason, error } = {}) {
  process.stderr.write(`${event}: ${reason ?? (error instanceof Error ? error.stack : String(error))}\n`);
}
