import { join } from 'node:path';
import { afterEach, vi } from 'vitest';
import { z } from 'zod';
import type { Store } from '../../src/core/conversation/store.ts';
import { outletOf } from '../../src/core/host.ts';
import { text, view } from '../../src/core/language/view.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import type { Account } from '../../src/core/members/member.ts';
import type { NewDelivery, Owner, Target } from '../../src/core/outbox/delivery.ts';
import { type Dispatcher, type DispatcherOptions, startDispatcher } from '../../src/core/outbox/dispatcher.ts';
import { defineTemplate, type Template } from '../../src/core/outbox/template.ts';
import { noMetrics } from '../../src/core/platform/metrics.ts';
import { templates } from '../../src/core/rooms.ts';
import type { CommunityId } from '../../src/core/values/ids.ts';
import type { Log } from '../../src/core/values/log.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { stopwatch } from '../../src/stopwatch.ts';
import type { ClockOffset } from '../../src/storage/dialect/sql-clock.ts';
import type { Storage } from '../../src/storage/open.ts';
import { startPostgres } from '../support/postgres.js';
import { newKey, openPostgresStorage, openSqliteStorage, quietLog, scratchFolder } from '../support/storage.ts';
import { content } from '../support/world.ts';
import type { FakePlatform } from './fake-platform.ts';

const inGeneral = { kind: 'channel', channel: 'general' } as const;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

export function afterwards(close: () => unknown): void {
  closing.push(close);
}

/** Says its words. Moderators are asked about a doubt, unless a test wants another way out. */
export function saying(whenUncertain: Template['whenUncertain'] = 'ask', about: Partial<Template<string>> = {}) {
  return defineTemplate<string>({
    route: `test.${whenUncertain}`,
    args: z.string(),
    whenUncertain,
    unasked: false,
    render: async (words) => view(text(words)),
    ...about,
  });
}

export const databases = ['SQLite', 'PostgreSQL'] as const;
type Kind = (typeof databases)[number];

/** An outbox on a database of its own, of one community, and with one member. */
export interface OutboxUnderTest {
  readonly store: Store;
  readonly storage: Storage;
  readonly community: CommunityId;
  readonly owner: Owner;
  readonly account: Account;
  /** Moves the clock of the database, for all who use `store`. */
  readonly offset: ClockOffset;
  add(
    name: string,
    about?: Partial<Omit<NewDelivery, 'sending'>> & { to?: Target; says?: NewDelivery['sending'] },
  ): Promise<'added' | 'there'>;
  toMember(name: string, template: ReturnType<typeof saying>): Promise<'added' | 'there'>;
  dispatcher(platform: FakePlatform, options?: Partial<DispatcherOptions>): Dispatcher;
  /** Deliveries by state. */
  counts(): Promise<Readonly<Record<string, number>>>;
  /** Resolves when nothing waits or is being sent, and every doubt was looked at. */
  settled(): Promise<Readonly<Record<string, number>>>;
  in(ms: number): Temporal.Instant;
}

const everySaying = [saying('ask'), saying('again'), saying('leave')];

export async function openOutbox(kind: Kind, log: Log = quietLog): Promise<OutboxUnderTest> {
  const offset: ClockOffset = { ms: 0 };
  return openOutboxOn(await (kind === 'SQLite' ? onSqlite(offset, log) : onPostgresql(offset, log)), offset, log);
}

/** `offset`: the one that the storage was opened with. */
export async function openOutboxOn(
  storage: Storage,
  offset: ClockOffset,
  log: Log = quietLog,
): Promise<OutboxUnderTest> {
  afterwards(() => storage.close());
  const { store } = storage;
  const now = Temporal.Now.instant();
  const harbor = { platform: 'fake', key: 'harbor' };
  const [community, account] = await store.transaction(async (tx) => [
    (await tx.communities.change(harbor, {}, now)).id,
    await tx.members.ensure({ platform: 'fake', key: 'amy' }, now),
  ]);
  const owner = { kind: 'community', community } as const;

  const test: OutboxUnderTest = {
    store,
    storage,
    community,
    owner,
    account,
    offset,
    in: (ms) => Temporal.Now.instant().add({ milliseconds: offset.ms + Math.round(ms) }),

    add(name, { to = inGeneral, says, ...about } = {}) {
      const sending: NewDelivery['sending'] = says ?? { kind: 'post', to, says: saying().says(name) };
      const delivery = {
        key: [name],
        platform: 'fake',
        owner,
        sending,
        dueAt: null,
        notAfter: null,
        urgent: false,
      } as const;
      return store.transaction((tx) => tx.outbox.add({ ...delivery, ...about }));
    },

    toMember(name, template) {
      const { id, member } = account;
      const sending = { kind: 'post', to: { kind: 'owner' }, says: template.says(name) } as const;
      return this.add(name, { owner: { kind: 'member', member: member.id, account: id }, says: sending });
    },

    dispatcher(platform, options = {}) {
      const own = { kind: 'PlatformKind', name: platform.name, limits: platform.limits };
      const clock = { now: () => Temporal.Now.instant() };
      const deps = { store, content, timetable: openTimetable(store.meetings), clock, log };
      const dispatcher = startDispatcher({
        store,
        outlets: [outletOf(own, platform, deps)],
        templates: [...templates, ...everySaying],
        log,
        stopwatch,
        metrics: noMetrics,
        exclusive: storage.exclusive,
        pollMs: 100,
        ...options,
      });
      store.onDelivery(() => dispatcher.wake());
      afterwards(() => dispatcher.stop());
      return dispatcher;
    },

    async counts() {
      const counts: Record<string, number> = {};
      for (const { state, count } of await store.outbox.counts()) counts[state] = (counts[state] ?? 0) + count;
      return counts;
    },

    async settled() {
      let counts: Readonly<Record<string, number>> = {};
      await vi.waitUntil(
        async () => {
          const before = await test.counts();
          if ((await store.outbox.doubts(['fake'], 1)).length > 0) return false;
          counts = await test.counts();
          // A doubt that was looked at in between waits again.
          if (JSON.stringify(before) !== JSON.stringify(counts)) return false;
          return [counts['pending'], counts['leased'], counts['sending']].every((one) => one === undefined);
        },
        { timeout: 20_000, interval: 20 },
      );
      return counts;
    },
  };
  return test;
}

async function onSqlite(clockOffset: ClockOffset, log: Log): Promise<Storage> {
  const folder = scratchFolder();
  afterwards(() => folder.remove());
  return openSqliteStorage(join(folder.path, 'handrail.db'), { clockOffset, log });
}

async function onPostgresql(clockOffset: ClockOffset, log: Log): Promise<Storage> {
  const folder = scratchFolder();
  afterwards(() => folder.remove());
  const server = await startPostgres();
  afterwards(() => server.stop());
  return openPostgresStorage(await server.newDatabase(), newKey(folder.path), { clockOffset, log });
}
