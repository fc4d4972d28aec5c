import { persistsBy, toTheEndBy } from '../../core/delivery/persist.ts';
import { failureOf } from './failure.ts';

export const persist = persistsBy(failureOf);

/** Asked again later, Discord may have forgotten the nonces. */
export const toTheEnd = toTheEndBy(failureOf);
