import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { sleepWithin } from '../../src/core/adapter-kit/retry.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it('leaves nothing behind on a signal that lives as long as the bot, however many wait and whatever is collected', async () => {
  const { signal } = new AbortController();
  const waits = Promise.all(Array.from({ length: 20 }, () => sleepWithin(50, signal)));
  // Later, because what was just made is kept until this turn ends.
  await nextTurn();
  collect();
  expect(await waits).toEqual(Array.from({ length: 20 }, () => true));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
