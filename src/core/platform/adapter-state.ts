import type { Clock } from '../values/clock.ts';
import type { AccountRef } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** What a platform's adapter must keep itself, such as the tokens of the workspaces that installed it. */
export interface AdapterStatesRead {
  /** All of a platform's. One that cannot be read is left out. */
  all(platform: string): Promise<readonly KeptText[]>;
}

export interface AdapterStates extends AdapterStatesRead {
  /** In place of what was kept there. `ref`: the platform, and the adapter's own name for it. */
  put(ref: AccountRef, text: string, now: Temporal.Instant): Promise<void>;
  remove(ref: AccountRef): Promise<void>;
}

interface KeptText {
  readonly key: string;
  readonly text: string;
}

/** An adapter's own part of it. Each throws HandrailError('storage-unavailable') while the database cannot be used. */
export interface AdapterState {
  all(): Promise<readonly KeptText[]>;
  put(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** As much of the store as this needs. */
interface StateStore {
  readonly adapterStates: AdapterStatesRead;
  transaction(work: (tx: { readonly adapterStates: AdapterStates }) => Promise<void>): Promise<void>;
}

export function adapterState(
  platform: string,
  { store, clock }: { readonly store: StateStore; readonly clock: Clock },
): AdapterState {
  return {
    all: () => store.adapterStates.all(platform),
    put: (key, text) => store.transaction((tx) => tx.adapterStates.put({ platform, key }, text, clock.now())),
    remove: (key) => store.transaction((tx) => tx.adapterStates.remove({ platform, key })),
  };
}
