import { LRUCache } from 'lru-cache';

/** What was heard within the last minutes: a platform tells of it again where it does not know that it was heard. */
export class RecentIds {
  readonly #heard: LRUCache<string, true>;

  constructor(forMs = 15 * 60_000, max = 20_000) {
    this.#heard = new LRUCache({ max, ttl: forMs });
  }

  /** True where it was heard before, and it is noted. */
  again(id: string): boolean {
    if (this.#heard.has(id)) return true;
    this.#heard.set(id, true);
    return false;
  }
}
