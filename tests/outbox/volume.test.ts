import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/core/outbox/delivery.ts';
import type { Limits } from '../../src/core/platform/platform.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { type DatabaseUnderFire, postgresqlUnderFire, sqliteUnderFire } from '../faults/databases.ts';
import { unpaced } from '../support/memory-platform.ts';
import { startPostgres } from '../support/postgres.js';
import { volume } from '../support/volume.ts';
import { afterwards, openOutboxOn, saying } from './outbox.ts';
import { OutboxProcess, PlatformServer } from './processes.ts';

const kills = volume({ usual: 0, full: 20, soak: 200 });
const crowd = volume({ usual: 0, full: 500, soak: 10_000 });
/** Four processes and their database need more than two cores to be in time beside other tests. */
const fleets = volume({ usual: [1], full: [1], soak: [1, 4] });
const hour = 3_600_000;

async function aDatabase(kind: 'SQLite' | 'PostgreSQL') {
  const database = kind === 'SQLite' ? await sqliteUnderFire() : await postgresqlUnderFire(await startPostgres());
  afterwards(() => database.close());
  const url = database.settings['DATABASE_URL'] ?? '';
  const choice =
    kind === 'SQLite'
      ? ({ kind: 'sqlite', file: url.replace(/^file:/, '') } as const)
      : ({ kind: 'postgresql', url } as const);
  return { database, settings: { database: choice, keyFile: database.settings['HANDRAIL_MASTER_KEY_FILE'] ?? '' } };
}

/** What became of each delivery, seen from outside the bot. */
async function ends(database: DatabaseUnderFire): Promise<ReadonlyMap<string, string>> {
  const rows = await database.rows('SELECT "id", "state" FROM "Delivery"');
  return new Map(rows.map(({ id, state }) => [String(id), String(state)]));
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe.skipIf(kills === 0).each([
  ['SQLite', 1],
  ['PostgreSQL', 4],
] as const)(`killed with kill -9 while it sends, on %s`, (kind, count) => {
  it(`loses and doubles nothing: ${count} process(es), ${kills} kills`, { timeout: hour }, async () => {
    const deliveries = 5 * kills;
    const { database, settings } = await aDatabase(kind);
    const filling = await openOutboxOn(await database.open(), { ms: 0 });
    const start = filling.in(0);
    for (let i = 0; i < deliveries; i += 1) {
      const to = { kind: 'channel', channel: `channel ${i}` } as const;
      const dueAt = start.add({ milliseconds: Math.round((i * 1_000 * kills) / deliveries) });
      await filling.add(`message ${i}`, {
        dueAt,
        says: { kind: 'post', to, says: saying('leave').says(`message ${i}`) },
      });
    }
    // SQLite lets one process in.
    await filling.storage.close();

    const platform = await PlatformServer.start();
    const begin = () =>
      new OutboxProcess({ ...settings, platformUrl: platform.url, tellsSteps: true, platforms: { fake: unpaced } });
    const alive = Array.from({ length: count }, begin);
    const doubtful = new Set<string>();
    let betweenSendAndRecord = 0;
    // Every second kill comes when the platform has just taken something, and before it says so.
    let kill: ((victim: OutboxProcess) => void) | null = null;
    platform.fate = ({ by }) => {
      const victim = alive.find(({ name }) => name === by);
      if (kill === null || victim === undefined) return 'taken';
      victim.signal('SIGKILL');
      kill(victim);
      kill = null;
      return 'lost after';
    };
    for (let i = 0; i < kills; i += 1) {
      const any = alive[randomInt(count)] as OutboxProcess;
      await any.ready();
      const sending = new Promise<OutboxProcess>((resolve) => {
        kill = i % 2 === 0 ? resolve : null;
      });
      const victim = await Promise.race([sending, aSecond(i % 2 === 0 ? 3 : Math.random() / 2).then(() => any)]);
      kill = null;
      await victim.killed();
      const open = victim.inDoubt;
      for (const id of open) doubtful.add(id);
      if (platform.arrived.some(({ id }) => open.includes(id))) betweenSendAndRecord += 1;
      alive[alive.indexOf(victim)] = begin();
    }
    for (const one of alive) await one.ready();
    await until(async () =>
      [...(await ends(database)).values()].every((state) => /sent|uncertain|refused/.test(state)),
    );

    const after = await ends(database);
    const uncertain = [...after].filter(([, state]) => state === 'uncertain').map(([id]) => id);
    process.stdout.write(
      `${kind}: ${deliveries} deliveries, ${count} process(es), ${kills} kill -9 (${betweenSendAndRecord} between send and record); doubles ${platform.doubles.length}, unaccounted ${deliveries - after.size}, uncertain ${uncertain.length} of ${doubtful.size} in doubt\n`,
    );
    expect(platform.doubles).toEqual([]);
    expect(after.size).toBe(deliveries);
    expect([...after.values()].filter((state) => state !== 'sent' && state !== 'uncertain')).toEqual([]);
    // Whatever is uncertain was in doubt at a kill, and every message that was recorded as sent is there.
    expect(uncertain.filter((id) => !doubtful.has(id))).toEqual([]);
    const there = new Set(platform.arrived.map(({ id }) => id));
    expect([...after].filter(([id, state]) => state === 'sent' && !there.has(id))).toEqual([]);
    expect(betweenSendAndRecord).toBeGreaterThanOrEqual(kills / 4);
  });
});

function aSecond(of: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, of * 1_000));
}

/** What each platform allows, as its fake counts it, and as the adapter's limits say it. */
const platforms: Readonly<Record<string, { limits: Limits; perSecond: number; to: (i: number) => Target }>> = {
  // Everything goes to somebody else, whose chat is opened first.
  discord: {
    limits: paced({ perSecond: 50, privateEveryMs: 1_100, channelEveryMs: 1_100, requestsToMember: 2 }),
    perSecond: 50,
    to: (i) => ({ kind: 'person', account: `person ${i}` }),
  },
  // One in fifty goes to one of some groups, which take 20 a minute.
  telegram: {
    limits: paced({ perSecond: 30, privateEveryMs: 1_100, channelEveryMs: 3_300, requestsToMember: 1 }),
    perSecond: 30,
    to: (i) =>
      i % 50 === 0
        ? { kind: 'channel', channel: `group ${(i / 50) % 20}` }
        : { kind: 'person', account: `person ${i}` },
  },
  slack: {
    limits: paced({ perSecond: 20, privateEveryMs: 1_100, channelEveryMs: 1_100, requestsToMember: 1 }),
    perSecond: 20,
    to: (i) => ({ kind: 'channel', channel: `channel ${i % Math.max(40, Math.ceil(crowd / 40))}` }),
  },
};

function paced(pace: Omit<Limits['pace'], 'botOf'>): Limits {
  return { ...unpaced, pace: { ...pace, botOf: () => '' } };
}

describe.skipIf(crowd === 0)(`${crowd} messages that are due at one minute, on each of three platforms`, () => {
  it.each(fleets)('keep all limits, lose nothing, and take hardly longer than they must: %d process(es)', {
    timeout: hour,
  }, async (count) => {
    const { database, settings } = await aDatabase('PostgreSQL');
    const outbox = await openOutboxOn(await database.open(), { ms: 0 });
    const dueAt = outbox.in(5_000 + crowd / 2);
    const names = Object.keys(platforms);
    for (const name of names) {
      await outbox.store.transaction((tx) =>
        tx.communities.change({ platform: name, key: 'harbor' }, {}, outbox.in(0)),
      );
      const owner = await ownerOn(outbox, name);
      const to = platforms[name]?.to as (i: number) => Target;
      for (let from = 0; from < crowd; from += 250) {
        await outbox.store.transaction(async (tx) => {
          for (let i = from; i < Math.min(crowd, from + 250); i += 1) {
            const says = saying('leave').says(`${name} ${i}`);
            await tx.outbox.add({
              key: ['crowd', name, String(i)],
              platform: name,
              owner,
              sending: { kind: 'post', to: to(i), says },
              dueAt,
              notAfter: null,
              urgent: false,
            });
          }
        });
      }
    }
    const server = await PlatformServer.start();
    const processes = Array.from(
      { length: count },
      (_, i) =>
        new OutboxProcess({
          ...settings,
          platformUrl: server.url,
          platforms: Object.fromEntries(names.map((name) => [name, platforms[name]?.limits as Limits])),
          leaseMs: 60_000,
          pollMs: 1_000,
          asksSosEveryMs: i === 0 ? 50 : 0,
        }),
    );
    for (const one of processes) await one.ready();
    await until(async () => server.arrived.length >= names.length * crowd);
    await until(async () => ((await outbox.counts())['sent'] ?? 0) >= names.length * crowd);
    const waits = (JSON.parse((await processes[0]?.lastWord('waits')) ?? '[]') as number[]).toSorted((a, b) => a - b);
    const p95 = waits[Math.floor(waits.length * 0.95)] ?? 0;
    process.stdout.write(`${count} process(es): /sos p95 ${p95} ms, max ${waits.at(-1)} ms of ${waits.length}\n`);

    expect(await outbox.counts()).toEqual({ sent: names.length * crowd });
    expect(server.doubles).toEqual([]);
    for (const name of names) {
      const { perSecond = 0 } = platforms[name] ?? {};
      const requests = server.requests.get(name) ?? [];
      const mostInASecond = most(requests, 1_000);
      const took = ((requests.at(-1) ?? 0) - (requests[0] ?? 0)) / 1_000;
      const ratio = took / (requests.length / perSecond);
      process.stdout.write(
        `  ${name}: ${crowd} messages, ${requests.length} requests in ${took.toFixed(1)} s, ${ratio.toFixed(2)} × what the limit allows; at most ${mostInASecond} in a second\n`,
      );
      expect(mostInASecond, name).toBeLessThanOrEqual(perSecond);
      expect(ratio, name).toBeLessThanOrEqual(1.3);
      for (const [to, times] of byPlace(server, name)) {
        const isGroup = to.includes('group');
        expect(most(times, isGroup ? 60_000 : 1_000), to).toBeLessThanOrEqual(isGroup ? 20 : 1);
      }
    }
    expect(p95).toBeLessThanOrEqual(300);
    expect(waits.at(-1)).toBeLessThanOrEqual(1_000);
  });
});

async function ownerOn({ store }: Awaited<ReturnType<typeof openOutboxOn>>, platform: string) {
  const { id } = await store.transaction((tx) =>
    tx.communities.change({ platform, key: 'harbor' }, {}, Temporal.Now.instant()),
  );
  return { kind: 'community', community: id } as const;
}

/** The most of them within so many milliseconds. */
function most(times: readonly number[], withinMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let from = 0;
  let found = 0;
  for (const [i, time] of sorted.entries()) {
    while ((sorted[from] ?? time) <= time - withinMs) from += 1;
    found = Math.max(found, i - from + 1);
  }
  return found;
}

function byPlace(server: PlatformServer, name: string): ReadonlyMap<string, number[]> {
  const places = new Map<string, number[]>();
  for (const { on, to, atMs } of server.arrived) {
    if (on !== name) continue;
    const times = places.get(to) ?? [];
    places.set(to, times);
    times.push(atMs);
  }
  return places;
}
