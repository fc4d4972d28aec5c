import { pauses } from '../../src/core/adapter-kit/retry.ts';

usualPauses();

/** Whoever tries again waits a tenth of the time, so that tests of many failures in a row do not wait for nothing. */
export function usualPauses(): void {
  pauses.firstMs = 25;
  pauses.longestMs = 1_500;
}
