import { pausesBy, persistsBy, toTheEndBy } from '../../core/delivery/persist.ts';
import { failureOf } from './failure.ts';

export const pause = pausesBy(Math.random);
export const persist = persistsBy(failureOf, pause);
export const toTheEnd = toTheEndBy(failureOf);
