import { persistsBy, toTheEndBy } from '../../core/delivery/persist.ts';
import { failureOf } from './failure.ts';

export const persist = persistsBy(failureOf);
export const toTheEnd = toTheEndBy(failureOf);
