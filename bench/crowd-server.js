// Telegram on loopback with a crowd on it, in a process of its own: here is measured how long others wait for /sos.
import { setTimeout as sleep } from 'node:timers/promises';
import { about, serve } from './worker.js';

const { TelegramServer } = await import(about.module);

/** Each of them asks once in six seconds: within five the same help is shown once. */
const askerCount = 36;
const asksPerSecond = 6;
const crowdSize = 50;
/** The load is on for so long before anything is measured. */
const settleMs = 2_000;
const tickMs = 10;
const tidyMs = 500;

/** Anything that a person may send. */
const anything = [
  '/checkin mood:3',
  '/progress',
  '/meetings',
  '/cope',
  '/craving 7',
  '/settings',
  'words that are no command',
  '/sos',
  '/help',
  '/checkin mood:2 note:"a long day, and nobody called"',
  '/start',
  '/settings zone:Lisbon',
];

let telegram;
let askers = [];
let crowd = [];
let calm = () => {};
let told = 0;

/** `say(i)`: what is sent the i-th time. */
function floods(perSecond, say) {
  const begun = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    for (; sent < due; sent += 1, told += 1) say(sent);
  }, tickMs);
  return () => clearInterval(timer);
}

const anyLine = (i) => anything[i % anything.length];

const loads = {
  'at rest': () => () => {},
  'one account, 50/s of anything': () => floods(50, (i) => crowd[0].alone.tells(anyLine(i))),
  '50 accounts, 500/s of anything': () =>
    floods(500, (i) => crowd[i % crowdSize].alone.tells(anyLine(i + Math.floor(i / crowdSize)))),
  '20,000 meetings, 10 /meetings a second': () => floods(10, (i) => crowd[i % crowdSize].alone.tells('/meetings')),
  'one account with 5,000 zone changes, 50/s more': () =>
    floods(50, (i) => crowd[0].alone.tells(`/settings zone:${i % 2 === 0 ? 'Tokyo' : 'Honolulu'}`)),
  'the sweep of 400,000 rows': () => () => {},
  'one answer that hangs for a minute': () => {
    let letGo = () => {};
    telegram.fault('sendMessage', { kind: 'slow', until: new Promise((resolve) => (letGo = resolve)) });
    crowd[0].alone.tells('/checkin');
    const timer = setTimeout(() => letGo(), 60_000);
    return () => {
      clearTimeout(timer);
      letGo();
    };
  },
};

await serve({
  async open(limited) {
    telegram = await TelegramServer.start({ answerWithinMs: 60_000, limited });
    askers = Array.from({ length: askerCount }, (_, i) => telegram.user(`asker ${i}`));
    crowd = Array.from({ length: crowdSize }, (_, i) => telegram.user(`one of many ${i}`));
    return { apiRoot: telegram.apiRoot, token: telegram.token };
  },

  /** How many came before the one who floods. */
  cameBefore: () => askerCount,

  async ready() {
    await telegram.until('a poll', () => telegram.updates.connected);
  },

  /** Everyone has been there before. */
  async arrive() {
    for (const person of [...askers, ...crowd]) await person.alone.says('/checkin mood:4');
    telegram.forget();
  },

  /** How long each of `count` people waited for /sos while the load is on. It stays on until `calm`. */
  async measure(load, count) {
    const end = loads[load]();
    const tidy = setInterval(() => telegram.forget(), tidyMs);
    calm = () => {
      end();
      clearInterval(tidy);
    };
    await sleep(settleMs);
    told = 0;
    const begun = performance.now();
    const waits = [];
    for (let i = 0; i < count; i += 1) {
      await sleep(Math.max(0, begun + (i * 1_000) / asksPerSecond - performance.now()));
      const { alone } = askers[i % askerCount];
      waits.push(alone.says('/sos').then(({ delivery }) => delivery.answeredAt - delivery.dispatchedAt));
    }
    const eachMs = await Promise.all(waits);
    return { eachMs, toldPerSecond: told / ((performance.now() - begun) / 1_000) };
  },

  calm: () => calm(),

  async close() {
    await telegram.close();
  },
});
