/** Returns the result of `work`, or `instead` after `ms`. The work itself continues. */
export function withTimeout<T>(ms: number, work: Promise<T>, instead: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(instead), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
