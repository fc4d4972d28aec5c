import { installations } from './communities/installations.ts';
import type { Deps } from './conversation/context.ts';
import { createInbox } from './conversation/inbox.ts';
import type { Store } from './conversation/store.ts';
import type { Traffic } from './conversation/traffic.ts';
import type { Outlet } from './outbox/outlet.ts';
import { sharedTurns } from './outbox/shared-turns.ts';
import { adapterState } from './platform/adapter-state.ts';
import { type Metrics, measured } from './platform/metrics.ts';
import type { Host, Platform, PlatformKind } from './platform/platform.ts';
import { definitionsOver } from './rooms.ts';

/** The services that all platforms of one program share. */
interface Shared extends Deps {
  readonly store: Store;
  readonly traffic: Traffic;
  readonly metrics: Metrics;
}

/** Makes the host of one platform: its commands and content, in that platform's words. */
export function hostOf(
  { name, limits }: Pick<PlatformKind, 'name' | 'limits'>,
  { traffic, metrics, ...shared }: Shared,
): Host {
  const content = shared.content.asTyped(limits.commandPrefix);
  const definitions = definitionsOver(content, limits);
  const deps = { ...shared, content };
  return {
    inbox: (rights) => measured(createInbox({ definitions, deps, limits, traffic, rights }), name, metrics),
    commands: definitions.commands,
    wordsFor: (locale) => content.wordsFor(locale),
    locales: content.locales,
    installations: installations({ name, limits }, deps),
    state: adapterState(name, deps),
    turn: sharedTurns(shared.store.outbox),
    clock: deps.clock,
    log: deps.log,
  };
}

/** Makes the outlet of an open platform, through which the outbox sends. */
export function outletOf(
  { name, limits }: Pick<PlatformKind, 'name' | 'limits'>,
  { deliver }: Pick<Platform, 'deliver'>,
  { store, content, timetable, clock, log }: Deps,
): Outlet {
  const deps = { store, content: content.asTyped(limits.commandPrefix), timetable, clock, log };
  return { name, limits, deliver, deps };
}
