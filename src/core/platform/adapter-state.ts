import type { Clock } from '../values/clock.ts';
import type { AccountRef } from '../values/ids.ts';
import type { Temporal } from '../values/time.ts';

/** State that a platform's adapter must store, such as the tokens of the workspaces that installed it. */
export interface AdapterStatesRead {
  /** Returns all state of a platform, without the entries that cannot be read. */
  all(platform: string): Promise<readonly KeptText[]>;
}

export interface AdapterStates extends AdapterStatesRead {
  /** Replaces the entry at `ref`: the platform, and the adapter's own key. */
  put(ref: AccountRef, text: string, now: Temporal.Instant): Promise<void>;
  remove(ref: AccountRef): Promise<void>;
}

interface KeptText {
  readonly key: string;
  readonly text: string;
}

/**
 * The state of one adapter. Each method throws HandrailError('storage-unavailable') while the database cannot be used.
 */
export interface AdapterState {
  all(): Promise<readonly KeptText[]>;
  put(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** The part of the store that this module uses. */
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
