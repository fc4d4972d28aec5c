import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Deps } from '../../src/core/conversation/context.ts';
import type { Definitions } from '../../src/core/conversation/definitions.ts';
import { createInbox } from '../../src/core/conversation/inbox.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { noLimits, type Traffic } from '../../src/core/conversation/traffic.ts';
import { hostOf, outletOf } from '../../src/core/host.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { startDispatcher } from '../../src/core/outbox/dispatcher.ts';
import { noMetrics } from '../../src/core/platform/metrics.ts';
import type { Host, Platform, PlatformKind } from '../../src/core/platform/platform.ts';
import { definitionsOver, templates } from '../../src/core/rooms.ts';
import type { Clock } from '../../src/core/values/clock.ts';
import { Temporal } from '../../src/core/values/time.ts';
import { stopwatch } from '../../src/stopwatch.ts';
import type { Storage } from '../../src/storage/open.ts';
import { openSqliteStorage, scratchFolder } from '../support/storage.ts';

/** What a test opened, closed after it: the last first. A server that was sent what it must not be sent fails here. */
const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

export function afterwards(close: () => unknown): void {
  opened.push(close);
}

export const clock: Clock = { now: () => Temporal.Now.instant() };

export async function aStorage(
  options: Parameters<typeof openSqliteStorage>[1] = {},
): Promise<Storage & { file: string }> {
  const folder = scratchFolder();
  afterwards(() => folder.remove());
  const file = join(folder.path, 'handrail.db');
  const storage = await openSqliteStorage(file, options);
  afterwards(() => storage.close());
  return { ...storage, file };
}

interface Opening {
  readonly traffic?: Traffic;
  /** A safety screen of the test's own. */
  readonly screen?: Definitions['screen'] | undefined;
  /** Turns that several bots of a test share; its own by default. */
  readonly turn?: Host['turn'] | undefined;
}

/** Opens a platform over the whole core, and stops it after the test. */
export async function openOn(
  kind: PlatformKind,
  known: Omit<Deps, 'timetable'> & { readonly store: Store },
  { traffic = noLimits, screen, turn }: Opening = {},
): Promise<Platform> {
  const deps = { ...known, timetable: openTimetable(known.store.meetings) };
  const own = hostOf(kind, { ...deps, traffic, metrics: noMetrics });
  const host = turn === undefined ? own : { ...own, turn };
  const platform = await kind.open(screen === undefined ? host : { ...host, inbox: screened(screen) });
  afterwards(() => platform.stop());
  const { store, log } = known;
  const outlets = [outletOf(kind, platform, deps)];
  const options = { store, outlets, templates, log, stopwatch, exclusive: true, metrics: noMetrics };
  const dispatcher = startDispatcher(options);
  store.onDelivery(() => dispatcher.wake());
  afterwards(() => dispatcher.stop());
  return platform;

  function screened(given: Definitions['screen']): typeof host.inbox {
    const content = known.content.asTyped(kind.limits.commandPrefix);
    const definitions = { ...definitionsOver(content, kind.limits), screen: given };
    const { limits } = kind;
    return (rights) => createInbox({ definitions, deps: { ...deps, content }, limits, traffic, rights });
  }
}
