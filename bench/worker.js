import { on } from 'node:events';

/** What this process was started with (contender.js). */
export const about = JSON.parse(process.argv[2] ?? '{}');

/** Says that it is ready, and then does what it is asked, one call after the other. */
export async function serve(calls) {
  // Not killed, so that `node --cpu-prof bench/run.js NAME` gets its profile of each process.
  process.once('disconnect', () => process.exit());
  process.send?.({ result: null });
  for await (const [{ call, args }] of on(process, 'message')) {
    process.send?.({ result: await calls[call](...args) });
  }
}
