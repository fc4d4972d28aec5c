import { memberCount } from './checkin-requests.js';
import { countsOf, listen } from './checkin-statements.js';
import { about, serve } from './worker.js';

/**
 * A bot on a platform, in a process of its own: the whole program with the settings that `env` makes of the platform's, or
 * what `bare` starts. Both give back how to end it.
 */
export async function serveBot({ env, bareBot }) {
  const { settings, dataDir, bare } = about;
  const close = bare === undefined ? await handrail(env(settings), dataDir) : await bareBot(settings, bare);
  let heard = null;
  await serve({
    hear() {
      heard = listen();
    },
    heard() {
      const statements = heard.taken();
      heard.stop();
      return countsOf(statements, memberCount);
    },
    close,
  });
}

async function handrail(env, dataDir) {
  const { run } = await import('../dist/main.js');
  const running = run({ ...env, HANDRAIL_DATA_DIR: dataDir, LOG_LEVEL: 'warn' }, null);
  return async () => {
    process.emit('SIGTERM', 'SIGTERM');
    await running;
  };
}
