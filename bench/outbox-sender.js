// The outbox of a bot: the real dispatcher over the real store, on a platform that answers at once and limits nothing.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { outletOf } from '../dist/core/host.js';
import { toPlainText } from '../dist/core/language/plain-text.js';
import { text, view } from '../dist/core/language/view.js';
import { startDispatcher } from '../dist/core/outbox/dispatcher.js';
import { defineTemplate } from '../dist/core/outbox/template.js';
import { noMetrics } from '../dist/core/platform/metrics.js';
import { Temporal } from '../dist/core/values/time.js';
import { stopwatch } from '../dist/stopwatch.js';

const platform = 'outbox';
const communityCount = 50;
/** How many deliveries are added in one transaction, as a schedule that is due for many would add them. */
const addedAtOnce = 100;
const trickleEveryMs = 100;

const kind = {
  name: platform,
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
      botOf: () => platform,
    },
  },
};

const question = defineTemplate({
  route: 'bench.question',
  args: z.object({ dueMs: z.number(), words: z.string() }),
  whenUncertain: 'leave',
  unasked: false,
  render: async ({ dueMs, words }) => view(text(words), text(String(dueMs))),
});
const words = 'What is one thing that went a little easier today than it did a month ago?';

export function openSender({ store, deps, exclusive }) {
  let asked = [];
  let finished = { count: 0, lastMs: 0 };
  let dispatcher = null;
  let communities = null;

  const outlet = outletOf(
    kind,
    {
      async deliver(delivery) {
        asked.push({ delivery, atMs: Date.now() });
        return { kind: 'sent', message: `message-${delivery.id}`, thread: null };
      },
    },
    deps,
  );
  const metrics = {
    ...noMetrics,
    tried(_, end) {
      if (end !== 'sent') throw new Error(`A delivery ended as ${end}`);
      finished = { count: finished.count + 1, lastMs: nowMs() };
    },
  };
  store.onDelivery(() => dispatcher?.wake());

  async function add(tx, number, dueMs, dueAt) {
    const community = communities[number % communityCount];
    await tx.outbox.add({
      key: [`question-${number}`],
      platform,
      owner: { kind: 'community', community },
      sending: { kind: 'post', to: { kind: 'channel', channel: 'general' }, says: question.says({ dueMs, words }) },
      dueAt,
      notAfter: null,
      urgent: false,
    });
  }

  return {
    /** Adds so many, numbered from `from`. `dueMs`: since 1970; null: at once. */
    async fill(from, count, dueMs) {
      const dueAt = dueMs === null ? null : Temporal.Instant.fromEpochMilliseconds(dueMs);
      for (let at = from; at < from + count; at += addedAtOnce) {
        await store.transaction(async (tx) => {
          for (let number = at; number < Math.min(at + addedAtOnce, from + count); number += 1)
            await add(tx, number, dueMs ?? Date.now(), dueAt);
        });
      }
    },
    /** Adds one after the other, each due in so many milliseconds; null: at once, counted from before it is added. */
    async trickle(from, count, dueInMs) {
      for (let number = from; number < from + count; number += 1) {
        const nextOne = wait(trickleEveryMs);
        const dueMs = Date.now() + (dueInMs ?? 0);
        const dueAt = dueInMs === null ? null : Temporal.Instant.fromEpochMilliseconds(dueMs);
        await store.transaction((tx) => add(tx, number, dueMs, dueAt));
        await nextOne;
      }
    },
    /** Opens all connections, because a bot that sends has them. */
    async ready() {
      communities ??= await store.transaction(communitiesIn);
      await Promise.all(Array.from({ length: 10 }, () => store.outbox.untilNext([platform])));
    },
    start() {
      asked = [];
      finished = { count: 0, lastMs: 0 };
      const options = { store, outlets: [outlet], templates: [question], log: deps.log, stopwatch, metrics, exclusive };
      dispatcher = startDispatcher(options);
      return nowMs();
    },
    finished: () => finished,
    /** Gives each request to the platform: the delivery's id, and how long after its time it was. */
    async stop() {
      await dispatcher.stop();
      dispatcher = null;
      return asked.map(({ delivery: { id, view: shown }, atMs }) => ({
        id,
        lagMs: atMs - Number(toPlainText(shown).split('\n').at(-1)),
      }));
    },
  };
}

async function communitiesIn(tx) {
  const ids = [];
  for (let at = 0; at < communityCount; at += 1) {
    const { id } = await tx.communities.change({ platform, key: `community-${at}` }, {}, Temporal.Now.instant());
    ids.push(id);
  }
  return ids;
}

/** Finer than Date.now(), and the same for all processes of this machine. */
export function nowMs() {
  return performance.timeOrigin + performance.now();
}
