import { LRUCache } from 'lru-cache';

/** Gives what `find` finds for a key, and remembers it: at most `max` answers, of which the one goes first that was asked for longest ago. */
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
