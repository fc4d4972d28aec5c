import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../src/core/conversation/store.ts';
import { HandrailError } from '../../src/core/values/errors.ts';

/** A store that takes its time to say who asks: the sleep is the slow database. */
export function slowed(store: Store, ms: () => number): Store {
  const members = new Proxy(store.members, {
    get: (target, name) =>
      name === 'whoAsks'
        ? async (...args: Parameters<Store['members']['whoAsks']>) => {
            await sleep(ms());
            return target.whoAsks(...args);
          }
        : Reflect.get(target, name),
  });
  return new Proxy(store, { get: (target, name) => (name === 'members' ? members : Reflect.get(target, name)) });
}

/** A store whose database cannot be used just then. */
export function awayWhen(store: Store, away: () => boolean): Store {
  const refuse = () => Promise.reject(new HandrailError('storage-unavailable', 'The database is away.'));
  const guarded = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(from, name) {
        const value: unknown = Reflect.get(from, name);
        // Listening asks no database.
        if (typeof value === 'function') return away() && name !== 'onDelivery' ? refuse : value;
        return guarded(value as object);
      },
    });
  return guarded(store);
}
