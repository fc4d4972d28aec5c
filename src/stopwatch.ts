import type { Stopwatch } from './core/values/stopwatch.ts';

/** The clock since the start of the process may stand still in a suspended machine; the wall clock may jump. */
export const stopwatch: Stopwatch = () => {
  const [steady, wall] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - steady, Date.now() - wall);
};
