// A process that sends what is due, to a platform that the test plays over HTTP. It can be stopped, killed, or told to kill
// itself at a point. Its settings are in its environment, as JSON.
import dns from 'node:dns';
import { z } from 'zod';

/** @type {(file: string) => Promise<any>} */
const built = (file) => import(new URL(`../../dist/${file}.js`, import.meta.url).href);
/** @type {typeof import('../../src/content.ts')} */
const { readContent } = await built('content');
/** @type {typeof import('../../src/core/adapter-kit/failure.ts')} */
const { networkFailure } = await built('core/adapter-kit/failure');
/** @type {typeof import('../../src/core/host.ts')} */
const { outletOf } = await built('core/host');
/** @type {typeof import('../../src/core/language/plain-text.ts')} */
const { toPlainText } = await built('core/language/plain-text');
/** @type {typeof import('../../src/core/language/view.ts')} */
const { text, view } = await built('core/language/view');
/** @type {typeof import('../../src/core/meetings/timetable.ts')} */
const { openTimetable } = await built('core/meetings/timetable');
/** @type {typeof import('../../src/core/outbox/dispatcher.ts')} */
const { startDispatcher } = await built('core/outbox/dispatcher');
/** @type {typeof import('../../src/core/outbox/template.ts')} */
const { defineTemplate } = await built('core/outbox/template');
/** @type {typeof import('../../src/core/platform/metrics.ts')} */
const { noMetrics } = await built('core/platform/metrics');
/** @type {typeof import('../../src/core/rooms.ts')} */
const { templates } = await built('core/rooms');
/** @type {typeof import('../../src/core/values/time.ts')} */
const { Temporal } = await built('core/values/time');
/** @type {typeof import('../../src/stopwatch.ts')} */
const { stopwatch } = await built('stopwatch');
/** @type {typeof import('../../src/storage/database.ts')} */
const { openDatabase } = await built('storage/database');
/** @type {typeof import('../../src/storage/open.ts')} */
const { openStorage } = await built('storage/open');

/**
 * @typedef {object} ProcessSettings
 * @property {{ kind: 'postgresql', url: string } | { kind: 'sqlite', file: string }} database
 * @property {string} keyFile
 * @property {string} platformUrl
 * @property {import('../../src/core/platform/platform.ts').Limits} limits botOf is added here
 * @property {number} leaseMs
 * @property {number} pollMs
 * @property {number} clockAheadMs how far its own clocks are ahead of the truth
 * @property {boolean} looksUpSlowly whether the name of the platform is first looked up only when the process is told 'go'
 * @property {Point | null} killAt where it kills itself, the first time that it comes there
 */

/**
 * @typedef {'before lease' | 'after lease' | 'before begin' | 'after begin' | 'before send' | 'after send' |
 *   'before finish' | 'after finish'} Point
 */

/** @type {ProcessSettings} */
const settings = JSON.parse(process.env['OUTBOX_PROCESS'] ?? '');
const { database, keyFile, platformUrl, leaseMs, pollMs, clockAheadMs, looksUpSlowly, killAt } = settings;
if (looksUpSlowly) lookUpWhenTold();

if (clockAheadMs !== 0) {
  const now = Date.now;
  Date.now = () => now() + clockAheadMs;
}

/** Opening a connection begins with looking up a name: so it can be stopped in its middle. */
function lookUpWhenTold() {
  const { lookup } = dns;
  // @ts-expect-error one of its forms, which is the one that net.connect uses
  dns.lookup = (/** @type {string} */ host, /** @type {object} */ options, /** @type {() => void} */ done) => {
    process.stdout.write('looking up\n');
    process.stdin.once('data', () => {
      dns.lookup = lookup;
      lookup(host, options, done);
    });
  };
}

/** @param {string} point */
function dieAt(point) {
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
}

/** @param {string} event @param {import('../../src/core/values/log.ts').LogFields} [fields] */
const complain = (event, fields) => process.stderr.write(`${event} ${String(fields?.reason ?? fields?.error ?? '')}\n`);
const log = { info: () => {}, warn: complain, error: complain };
const storage = await openStorage({
  database: await openDatabase(database, true),
  keyFiles: [keyFile],
  log,
  onKeyMade: () => {},
  retryAfterMs: 200,
});
const store = { ...storage.store, outbox: mortal(storage.store.outbox) };
const limits = { ...settings.limits, pace: { ...settings.limits.pace, botOf: () => 'fake' } };
const says = (/** @type {'ask' | 'again' | 'leave'} */ whenUncertain) =>
  defineTemplate({
    route: `test.${whenUncertain}`,
    args: z.string(),
    whenUncertain,
    unasked: false,
    render: async (words) => view(text(words)),
  });
const deps = {
  store,
  content: readContent(),
  timetable: openTimetable(store.meetings),
  clock: { now: () => Temporal.Now.instant() },
  log,
};
const dispatcher = startDispatcher({
  store,
  outlets: [outletOf({ name: 'fake', limits }, { deliver }, deps)],
  templates: [...templates, ...['ask', 'again', 'leave'].map((way) => says(/** @type {'ask'} */ (way)))],
  log,
  stopwatch,
  metrics: noMetrics,
  exclusive: storage.exclusive,
  leaseMs,
  pollMs,
});
store.onDelivery(() => dispatcher.wake());
process.stdout.write('ready\n');
process.stdin.resume().once('end', async () => {
  await dispatcher.stop();
  await storage.close();
});

/**
 * @param {import('../../src/core/platform/platform.ts').Delivery} delivery
 * @param {AbortSignal} signal
 * @returns {Promise<import('../../src/core/platform/platform.ts').Receipt>}
 */
async function deliver(delivery, signal) {
  dieAt('before send');
  try {
    const body = JSON.stringify({ ...delivery, text: 'view' in delivery ? toPlainText(delivery.view) : '' });
    const response = await fetch(platformUrl, { method: 'POST', body, signal });
    const receipt = /** @type {import('../../src/core/platform/platform.ts').Receipt} */ (await response.json());
    dieAt('after send');
    return receipt;
  } catch (error) {
    const failure = networkFailure(error);
    return failure === 'unsent' ? { kind: 'retry-after', waitMs: 200, limited: null } : { kind: 'uncertain' };
  }
}

/**
 * The same outbox, in which this process dies before or after a step.
 * @template {object} T
 * @param {T} outbox
 * @returns {T}
 */
function mortal(outbox) {
  return new Proxy(outbox, {
    get(target, name) {
      const step = /** @type {(...args: unknown[]) => Promise<unknown>} */ (Reflect.get(target, name));
      if (!['lease', 'begin', 'finish'].includes(String(name))) return step;
      return async (/** @type {unknown[]} */ ...args) => {
        dieAt(`before ${String(name)}`);
        const result = await step(...args);
        // A lease of nothing is none.
        if (!Array.isArray(result) || result.length > 0) dieAt(`after ${String(name)}`);
        return result;
      };
    },
  });
}
