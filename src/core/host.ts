import { installations } from './communities/installations.ts';
import type { Deps } from './conversation/context.ts';
import { createInbox } from './conversation/inbox.ts';
import type { Store } from './conversation/store.ts';
import type { Traffic } from './conversation/traffic.ts';
import { adapterState } from './platform/adapter-state.ts';
import type { Host, PlatformKind } from './platform/platform.ts';
import { definitionsOver } from './rooms.ts';

/** The services that all platforms of one program share. */
interface Shared extends Deps {
  readonly store: Store;
  readonly traffic: Traffic;
}

/** Makes the host of one platform: its commands and content, in that platform's words. */
export function hostOf({ name, limits }: Pick<PlatformKind, 'name' | 'limits'>, { traffic, ...shared }: Shared): Host {
  const content = shared.content.asTyped(limits.commandPrefix);
  const definitions = definitionsOver(content, limits);
  const deps = { ...shared, content };
  return {
    inbox: (rights) => createInbox({ definitions, deps, limits, traffic, rights }),
    commands: definitions.commands,
    wordsFor: (locale) => content.wordsFor(locale),
    locales: content.locales,
    installations: installations({ name, limits }, deps),
    state: adapterState(name, deps),
    clock: deps.clock,
    log: deps.log,
  };
}
