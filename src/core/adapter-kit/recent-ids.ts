import { LRUCache } from 'lru-cache';

/** The identifiers of recent updates, because a platform resends an update that it thinks was not received. */
export class RecentIds {
  readonly #heard: LRUCache<string, true>;

  constructor(forMs = 15 * 60_000, max = 20_000) {
    this.#heard = new LRUCache({ max, ttl: forMs });
  }

  /** Returns true if the identifier was seen before, and records it. */
  again(id: string): boolean {
    if (this.#heard.has(id)) return true;
    this.#heard.set(id, true);
    return false;
  }

  /** For what was noted, and then did not happen. */
  forget(id: string): void {
    this.#heard.delete(id);
  }
}
