import { LRUCache } from 'lru-cache';
import type { AccountRef } from '../../core/values/ids.ts';
import type { Db } from '../database.ts';
import type { Keyring, Sealer } from './sealer.ts';

/** The cache size for decrypted owner keys, so that each active owner costs one look-up. */
const atHandMax = 1_000;

/** The keyring, with a cache of the keys of recently active owners. */
export class Sealers {
  readonly #keyring: Keyring;
  readonly #atHand = new LRUCache<string, Sealer>({ max: atHandMax });

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  lookup(kind: 'account' | 'community' | 'state', { platform, key }: AccountRef): string {
    return this.#keyring.lookup(kind, platform, key);
  }

  /** Returns a value that is the same for the same master key, and for no other. */
  keyCheck(): string {
    return this.#keyring.lookup('key check');
  }

  lookupRequest(requestId: string): string {
    return this.#keyring.lookup('request', requestId);
  }

  lookupDelivery(platform: string, key: readonly string[]): string {
    return this.#keyring.lookup('delivery', platform, ...key);
  }

  lookupPace(name: string): string {
    return this.#keyring.lookup('pace', name);
  }

  /** Creates a new owner's key: its stored form, and its sealer. */
  make(owner: string): { wrappedKey: Uint8Array<ArrayBuffer>; sealer: Sealer } {
    const wrappedKey = this.#keyring.newKey(owner);
    return { wrappedKey, sealer: this.from({ id: owner, wrappedKey }) };
  }

  /** @throws HandrailError('unreadable') if it is not this owner's key */
  from({ id, wrappedKey }: { readonly id: string; readonly wrappedKey: Uint8Array }): Sealer {
    const sealer = this.#atHand.get(id) ?? this.#keyring.sealer(id, wrappedKey);
    this.#atHand.set(id, sealer);
    return sealer;
  }

  /**
   * Skips the cache, because a walk over many owners must not evict the active ones.
   * @throws HandrailError('unreadable') if it is not this owner's key
   */
  inPassing({ id, wrappedKey }: { readonly id: string; readonly wrappedKey: Uint8Array }): Sealer {
    return this.#atHand.peek(id) ?? this.#keyring.sealer(id, wrappedKey);
  }

  /** Returns the sealer of an owner in the cache. */
  atHand(id: string): Sealer | undefined {
    return this.#atHand.get(id);
  }

  async ofMember(db: Db, id: string): Promise<Sealer> {
    const atHand = this.#atHand.get(id);
    if (atHand !== undefined) return atHand;
    return this.from(await db.member.findUniqueOrThrow({ where: { id }, select: { id: true, wrappedKey: true } }));
  }
}
