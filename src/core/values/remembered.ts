import { LRUCache } from 'lru-cache';

/** Caches the results of `find` by key: at most `max`, and the least recently used is dropped first. */
export function remembered<T extends object>(max: number): (key: string, find: () => T) => T {
  const answers = new LRUCache<string, T>({ max });
  return (key, find) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = find();
    answers.set(key, found);
    return found;
  };
}
