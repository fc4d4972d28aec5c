/** Gives what `find` finds for a key, and remembers it: at most `max` answers, of which the oldest goes first. */
export function remembered<T extends object>(max: number): (key: string, find: () => T) => T {
  const answers = new Map<string, T>();
  return (key, find) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = find();
    const [oldest] = answers.keys();
    if (answers.size >= max && oldest !== undefined) answers.delete(oldest);
    answers.set(key, found);
    return found;
  };
}
