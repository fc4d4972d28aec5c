// The check-ins that every contender is given: the same members, days and words, so that only the way there differs.
import { createHash } from 'node:crypto';
import { Temporal } from '../dist/core/values/time.js';

export const memberCount = 300;
/** Days of history that everyone has, and before them as many more as this process was told to give them. */
export const historyDays = 30;

const platform = 'bench';
export const people = {
  community: { platform, key: 'community-1' },
  accounts: Array.from({ length: memberCount }, (_, member) => ({ platform, key: `account-${member}` })),
};
const firstNoon = Temporal.Instant.from('2026-01-01T17:00Z');

/** Each pass is a day of its own, on which every member checks in once. */
export function noonOf(pass) {
  return firstNoon.add({ hours: 24 * (historyDays + pass) });
}

export function dayOf(pass) {
  return noonOf(pass).toZonedDateTimeISO('America/New_York').toPlainDate().toString();
}

/** Every other member once had a longer streak than they come to here, so theirs is not raised. */
export function setsRecord(member) {
  return member % 2 === 0;
}

export function noteOf(member) {
  return 'Walked to the lake before work, then called my sponsor. '.repeat(1 + (member % 4)).trim();
}

/** Everyone's request of one pass, as a platform hands it in. */
export function requestsOf(pass) {
  return Array.from({ length: memberCount }, (_, member) => request(pass, member));
}

function request(pass, member) {
  return {
    id: `request-${pass}-${member}`,
    caller: {
      platform,
      account: people.accounts[member].key,
      community: people.community.key,
      locale: 'en',
      communityLocale: null,
      zone: null,
      claims: [],
    },
    place: { kind: 'channel', channel: 'general' },
    at: noonOf(pass),
    asked: { kind: 'typed', name: 'checkin', rest: `mood:${1 + (member % 5)} note:"${noteOf(member)}"` },
  };
}

/** As long as a keyed hash of the request's identifier. */
export function requestLookup(pass, member) {
  return createHash('sha256').update(`request-${pass}-${member}`).digest('base64url');
}
