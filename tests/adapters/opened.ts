import { join } from 'node:path';
import { afterEach } from 'vitest';
import { installations } from '../../src/core/communities/installations.ts';
import type { Deps } from '../../src/core/conversation/context.ts';
import type { Definitions } from '../../src/core/conversation/definitions.ts';
import { createInbox } from '../../src/core/conversation/inbox.ts';
import type { Store } from '../../src/core/conversation/store.ts';
import { noLimits, type Traffic } from '../../src/core/conversation/traffic.ts';
import { openTimetable } from '../../src/core/meetings/timetable.ts';
import { adapterState } from '../../src/core/platform/adapter-state.ts';
import type { Platform } from '../../src/core/platform/platform.ts';
import type { Clock } from '../../src/core/values/clock.ts';
import { Temporal } from '../../src/core/values/time.ts';
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

/** Starts a platform over the whole core, and stops it after the test. */
export async function startOn(
  platform: Platform,
  definitions: Definitions,
  known: Omit<Deps, 'timetable'> & { readonly store: Store },
  traffic: Traffic = noLimits,
): Promise<void> {
  const deps = { ...known, timetable: openTimetable(known.store.meetings) };
  const mayModerate: Platform['mayModerate'] = (caller, group) => platform.mayModerate(caller, group);
  const inbox = createInbox({ definitions, deps, limits: platform.limits, traffic, mayModerate });
  afterwards(() => platform.stop());
  await platform.start({
    inbox,
    installations: installations(platform, deps),
    state: adapterState(platform.name, deps),
  });
}
