import { finishStartedBy, pausesBy, retryBy } from '../../core/adapter-kit/retry.ts';
import { failureOf } from './failure.ts';

export const pause = pausesBy(Math.random);
export const retry = retryBy(failureOf, pause);
export const finishStarted = finishStartedBy(failureOf);
