// A process that sends what is due, to a platform that the test plays over HTTP. It can be stopped, killed, or told to kill
// itself at a point. Its settings are in its environment, as JSON.
import dns from 'node:dns';
import { writeSync } from 'node:fs';
import { z } from 'zod';

/** @type {(file: string) => Promise<any>} */
const built = (file) => import(new URL(`../../dist/${file}.js`, import.meta.url).href);
/** @type {typeof import('../../src/content.ts')} */
const { readContent } = await built('content');
/** @type {typeof import('../../src/core/adapter-kit/failure.ts')} */
const { networkFailure } = await built('core/adapter-kit/failure');
/** @type {typeof import('../../src/core/host.ts')} */
const { hostOf, outletOf } = await built('core/host');
/** @type {typeof import('../../src/core/conversation/traffic.ts')} */
const { noLimits: noTraffic } = await built('core/conversation/traffic');
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
 * @property {string} name of the process, told to the platform
 * @property {Readonly<Record<string, import('../../src/core/platform/platform.ts').Limits>>} platforms each with its limits;
 *   botOf is added here
 * @property {boolean} tellsSteps whether it prints "begin id" and "end id" around what is in doubt if it dies
 * @property {number} asksSosEveryMs how often somebody asks for /sos beside it; 0: never. Their waits are printed at the end
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
const {
  database,
  keyFile,
  platformUrl,
  name: by,
  platforms,
  tellsSteps,
  asksSosEveryMs,
  leaseMs,
  pollMs,
  clockAheadMs,
  looksUpSlowly,
  killAt,
} = settings;
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
const complain = (event, fields) =>
  process.stderr.write(`${event} ${fields?.reason ?? (fields?.error instanceof Error ? fields.error.message : '')}\n`);
const log = { info: () => {}, warn: complain, error: complain };
const storage = await openStorage({
  database: await openDatabase(database, true),
  keyFiles: [keyFile],
  log,
  onKeyMade: () => {},
  retryAfterMs: 200,
});
const store = { ...storage.store, outbox: mortal(storage.store.outbox) };
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
const outlets = Object.entries(platforms).map(([name, limits]) => {
  const all = { ...limits, pace: { ...limits.pace, botOf: () => name } };
  return outletOf({ name, limits: all }, { deliver: (...asked) => deliver(name, all, ...asked) }, deps);
});
const dispatcher = startDispatcher({
  store,
  outlets,
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
const waits = asksSosEveryMs > 0 ? askForSos() : null;
process.stdin.resume().once('end', () => void end());

async function end() {
  await dispatcher.stop();
  if (waits !== null) process.stdout.write(`waits ${JSON.stringify(waits.stop())}\n`);
  await storage.close();
}

/**
 * @param {string} on the platform's name
 * @param {import('../../src/core/platform/platform.ts').Limits} limits
 * @param {import('../../src/core/platform/platform.ts').Delivery} delivery
 * @param {AbortSignal} signal
 * @returns {Promise<import('../../src/core/platform/platform.ts').Receipt>}
 */
async function deliver(on, { pace }, delivery, signal) {
  dieAt('before send');
  try {
    const opens = delivery.kind === 'post' && delivery.to.kind === 'member' && pace.requestsToMember > 1;
    if (opens)
      await (
        await fetch(platformUrl, { method: 'POST', body: JSON.stringify({ on, by, opens: true }), signal })
      ).text();
    const body = JSON.stringify({ ...delivery, on, by, text: 'view' in delivery ? toPlainText(delivery.view) : '' });
    const response = await fetch(platformUrl, { method: 'POST', body, signal });
    const receipt = /** @type {import('../../src/core/platform/platform.ts').Receipt} */ (await response.json());
    dieAt('after send');
    return receipt;
  } catch (error) {
    const failure = networkFailure(error);
    return failure === 'unsent' ? { kind: 'retry-after', waitMs: 200, limited: null } : { kind: 'uncertain' };
  }
}

/** @param {string | symbol} name */
function stepOf(name) {
  return name === 'finishAll' ? 'finish' : String(name);
}

/** @param {'begin' | 'end'} what @param {unknown} held */
function tellStep(what, held) {
  writeSync(1, `${what} ${/** @type {{ id: string }} */ (held).id}\n`);
}

/** Somebody asks for /sos again and again, of this very process. */
function askForSos() {
  const kind = {
    name: 'beside',
    limits: /** @type {import('../../src/core/platform/platform.ts').Limits} */ (outlets[0]?.limits),
  };
  const host = hostOf(kind, { ...deps, traffic: noTraffic, metrics: noMetrics });
  const inbox = host.inbox({ mayModerate: async () => false, mayPost: async () => 'unknown' });
  /** @type {number[]} */
  const took = [];
  let asked = 0;
  async function ask() {
    const since = performance.now();
    const at = Temporal.Now.instant();
    const caller = {
      platform: 'beside',
      account: 'amy',
      community: null,
      locale: 'en',
      communityLocale: null,
      zone: null,
      claims: [],
    };
    const request = { id: `sos ${(asked += 1)}`, caller, place: /** @type {const} */ ({ kind: 'private' }), at };
    await inbox.read({ kind: 'command', name: 'sos', options: {} }, { opensForms: false }).answer(request);
    took.push(performance.now() - since);
  }
  const timer = setInterval(() => void ask(), asksSosEveryMs);
  return {
    stop() {
      clearInterval(timer);
      return took.map((ms) => Math.round(ms));
    },
  };
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
      if (!['lease', 'begin', 'finishAll'].includes(String(name))) return step;
      return async (/** @type {unknown[]} */ ...args) => {
        dieAt(`before ${stepOf(name)}`);
        if (tellsSteps && name === 'begin') tellStep('begin', args[0]);
        const result = await step(...args);
        // A lease of nothing is none.
        if (!Array.isArray(result) || result.length > 0) dieAt(`after ${stepOf(name)}`);
        if (tellsSteps && name === 'finishAll')
          for (const { held } of /** @type {{ held: unknown }[]} */ (args[0])) tellStep('end', held);
        return result;
      };
    },
  });
}
