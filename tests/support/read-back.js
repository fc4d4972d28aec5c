// JavaScript, since scripts/dump-release.js reads by it too, with the store of the release that it dumps.

/**
 * @typedef {object} Names what is kept is found under them
 * @property {string} platform
 * @property {readonly string[]} accounts
 * @property {readonly string[]} communities
 * @property {readonly { account: string, id: string }[]} requests
 * @property {readonly string[]} strategies
 */

/**
 * All that a store gives back, as JSON has it, and without identifiers that chance made.
 * @param {import('../../src/core/conversation/store.ts').Store} store
 * @param {Names} names
 * @param {import('../../src/core/values/time.ts').Temporal.Instant} now
 */
export async function readBack(store, names, now) {
  const { platform, accounts, communities, requests, strategies } = names;
  /** @param {string} key */
  const ref = (key) => ({ platform, key });
  const read = {
    members: await byKey(accounts, (key) => memberBack(store, ref(key), strategies, now)),
    communities: await byKey(communities, async (key) => withoutId(await store.communities.find(ref(key)))),
    present: (await store.communities.present(platform)).toSorted(),
    answers: await Promise.all(requests.map(({ account, id }) => store.idempotency.answer(ref(account), id))),
    feeds: await store.meetings.feeds(),
    meetings: await meetingsBack(store),
    kept: inOrder(await store.adapterStates.all(platform), ({ key }) => key),
  };
  return JSON.parse(JSON.stringify(read));
}

/**
 * @param {import('../../src/core/conversation/store.ts').Store} store
 * @param {import('../../src/core/values/ids.ts').AccountRef} ref
 * @param {readonly string[]} strategies
 * @param {import('../../src/core/values/time.ts').Temporal.Instant} now
 */
async function memberBack(store, ref, strategies, now) {
  const account = await store.members.find(ref);
  if (account === null) return null;
  const { id, ...settings } = account.member;
  return {
    settings,
    lastCommunity: await store.communities.lastOf(ref),
    zonePeriods: (await store.checkIns.history(id, 'whole')).periods,
    pauses: (await store.members.pauses(id)).map(withoutId),
    checkIns: await store.checkIns.since(id, /** @type {import('../../src/core/values/time.ts').Day} */ ('2000-01-01')),
    sessions: await Promise.all(strategies.map((strategy) => store.coping.rated(id, strategy))),
    form: await store.drafts.find(ref, 'form', now),
    details: await store.drafts.find(ref, 'details', now),
  };
}

/** @param {import('../../src/core/conversation/store.ts').Store} store */
async function meetingsBack({ meetings }) {
  const times = await meetings.times();
  const all = await meetings.get(times.map(({ ref }) => ref));
  const own = ['ref', 'feedId', 'importId'];
  const told = all.map((meeting) => ({
    ...meeting,
    ...Object.fromEntries(own.map((name) => [name, undefined])),
  }));
  return inOrder(told, ({ slug, weekday, startMinute }) => `${slug} ${weekday} ${startMinute}`);
}

/**
 * @template T
 * @param {readonly string[]} keys
 * @param {(key: string) => Promise<T>} read
 */
async function byKey(keys, read) {
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await read(key)])));
}

/**
 * @template {{ id: string }} T
 * @param {T | null} row
 */
function withoutId(row) {
  return row === null ? null : { ...row, id: undefined };
}

/**
 * @template T
 * @param {readonly T[]} rows
 * @param {(row: T) => string} nameOf
 */
function inOrder(rows, nameOf) {
  return rows.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}
