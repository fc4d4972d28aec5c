/**
 * Measures elapsed milliseconds by a clock that stands still in a suspended machine and by one that jumps, and returns
 * the longer.
 */
export type Stopwatch = () => () => number;
