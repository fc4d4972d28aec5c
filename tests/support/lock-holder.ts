import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach } from 'vitest';

/** Another program that holds the write lock of a SQLite file when it is told to, for as long as it is told. */
const holder = `
  const Database = require('better-sqlite3');
  const db = new Database(process.argv[1]);
  process.on('message', (ms) => {
    db.exec('BEGIN IMMEDIATE');
    setTimeout(() => db.exec('ROLLBACK'), ms);
  });
  process.send('ready');
`;

let stopHolder = () => {};
afterEach(() => stopHolder());

export async function lockHolder(file: string) {
  const child = spawn(process.execPath, ['-e', holder, file], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  stopHolder = () => child.kill('SIGKILL');
  await once(child, 'message');
  return { hold: (ms: number) => child.send(ms) };
}

interface Heard {
  readonly dispatchedAt: number;
  readonly acknowledgedAt: number | null;
}

/** How long a platform waited to hear that it was heard, in ms; said on standard output too. */
export function waitsOf(heard: readonly Heard[]): { readonly p99: number; readonly slowest: number } {
  const waits = heard
    .map(({ dispatchedAt, acknowledgedAt }) => (acknowledgedAt ?? Number.POSITIVE_INFINITY) - dispatchedAt)
    .toSorted((a, b) => a - b);
  const p99 = waits[Math.ceil(waits.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
  const slowest = waits.at(-1) ?? Number.POSITIVE_INFINITY;
  const p50 = waits[Math.floor(waits.length / 2)];
  process.stdout.write(
    `acknowledged: n = ${waits.length}, p50 ${p50?.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms\n`,
  );
  return { p99, slowest };
}
