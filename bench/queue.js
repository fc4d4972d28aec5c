import { setTimeout as wait } from 'node:timers/promises';
import { share } from './rounds.js';

const lookEveryMs = 20;

/**
 * Lets processes send until so many deliveries are finished. `meanwhile` is done while they send. Gives how many a
 * second it were, from when the first began, and each request to the platform.
 * @throws if the platform was asked twice for one delivery, or not at all
 */
export async function drain(processes, count, { inFlight, meanwhile = async () => {} }) {
  await all(processes, 'ready');
  const began = await all(processes, 'start', inFlight);
  await meanwhile();
  let seen = await all(processes, 'finished');
  while (seen.reduce((sum, { count: finished }) => sum + finished, 0) < count) {
    await wait(lookEveryMs);
    seen = await all(processes, 'finished');
  }
  const lastMs = Math.max(...seen.map(({ lastMs }) => lastMs));
  const asked = (await all(processes, 'stop')).flat();
  const different = new Set(asked.map(({ id }) => id)).size;
  if (asked.length !== count || different !== count)
    throw new Error(`Of ${count} deliveries the platform was asked for ${different}, ${asked.length} times`);
  return { perSecond: (1_000 * count) / (lastMs - Math.min(...began)), asked };
}

function all(processes, ...call) {
  return Promise.all(processes.map(({ ask }) => ask(...call)));
}

/** How long after their time so many were asked of the platform: p50, p99 and the longest, in milliseconds. */
export function lagsOf(asked) {
  const lags = asked.map(({ lagMs }) => lagMs).sort((a, b) => a - b);
  return { count: lags.length, p50Ms: share(lags, 0.5), p99Ms: share(lags, 0.99), maxMs: lags.at(-1) };
}
