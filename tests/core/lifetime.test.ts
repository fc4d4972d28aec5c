import { describe, expect, it } from 'vitest';
import { Lifetime } from '../../src/core/adapter-kit/lifetime.ts';

const silent = (): void => {};

describe('a platform that has failed', () => {
  it('can be stopped all the same, and finishes what it has begun', async () => {
    const lifetime = new Lifetime(silent);
    let release = silent;
    let finished = false;
    lifetime.beside('slow work', async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      finished = true;
    });
    lifetime.endsWith(Promise.reject(new TypeError('a bug')));
    await expect(lifetime.ended).rejects.toThrow('a bug');
    const stopped = lifetime.stop(() => undefined);
    release();
    await stopped;
    expect(finished).toBe(true);
  });
});
