import type { Deps } from '../deps.ts';
import type { AccountRef } from '../members/member.ts';
import type { Store } from '../ports.ts';
import type { Temporal } from '../time.ts';

/** What a platform's adapter must keep itself, such as the tokens of the workspaces that installed it. */
export interface KeptRead {
  /** All of a platform's. One that cannot be read is left out. */
  all(platform: string): Promise<readonly KeptText[]>;
}

export interface Kept extends KeptRead {
  /** In place of what was kept there. `ref`: the platform, and the adapter's own name for it. */
  put(ref: AccountRef, text: string, now: Temporal.Instant): Promise<void>;
  remove(ref: AccountRef): Promise<void>;
}

interface KeptText {
  readonly key: string;
  readonly text: string;
}

/** An adapter's own part of it. Each throws HandrailError('storage-unavailable') while the database cannot be used. */
export interface SealedState {
  all(): Promise<readonly KeptText[]>;
  put(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
}

export function sealedState(
  platform: string,
  { store, clock }: Pick<Deps, 'clock'> & { readonly store: Store },
): SealedState {
  return {
    all: () => store.kept.all(platform),
    put: (key, text) => store.transaction((tx) => tx.kept.put({ platform, key }, text, clock.now())),
    remove: (key) => store.transaction((tx) => tx.kept.remove({ platform, key })),
  };
}
