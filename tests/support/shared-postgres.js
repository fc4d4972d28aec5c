import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sharedPostgres } from './postgres.js';

/**
 * One PostgreSQL for the whole test run: to make one takes longer than most of what is tried on it. In a process of its own:
 * see startPostgres.
 */
export default async function startShared() {
  const child = fork(fileURLToPath(new URL('./postgres-process.js', import.meta.url)));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The PostgreSQL of the tests ended with ${String(code)}`);
  });
  ended.catch(() => {});
  const [url] = await Promise.race([once(child, 'message'), ended]);
  process.env[sharedPostgres] = String(url);
  return async () => {
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  };
}
