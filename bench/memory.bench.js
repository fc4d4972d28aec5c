// Memory at rest: the bot as `npm start` starts it, beside a process that only imports the same libraries.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machine, spread } from './machine.js';

const script = new URL('../bin/handrail', import.meta.url).pathname;
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
// The schema engine is no entry point that Node can import, the client's own is the one that is generated. On SQLite
// PostgreSQL's adapter is never loaded, and a platform's library is loaded only where its token is set.
const others = [
  '@prisma/schema-engine-wasm',
  '@prisma/client',
  '@prisma/adapter-pg',
  'discord.js',
  '@slack/bolt',
  '@slack/web-api',
  'telegraf',
];
const libraries = Object.keys(dependencies).filter((name) => !others.includes(name));
const generated = new URL('../dist/storage/generated/sqlite/client.js', import.meta.url).href;
const peer = [...libraries, generated].map((name) => `await import(${JSON.stringify(name)});`).join('\n');

const restMs = 5_000;
const runs = 10;
const limitMb = 40;

/** Resident memory, in MB, of a process that has been at rest for a while. */
async function atRest(command, args, env, ready) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    cwd: new URL('..', import.meta.url).pathname,
  });
  await ready(child);
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  return Number(kb) / 1024;
}

async function saidStarted(child) {
  for await (const chunk of child.stderr) if (/platform started/.test(String(chunk))) return;
}

const folder = mkdtempSync(join(tmpdir(), 'handrail-bench-'));
const bots = { first: [], later: [] };
const peers = [];
for (let run = 0; run < runs; run += 1) {
  const data = join(folder, String(run));
  const env = { HANDRAIL_DATA_DIR: data, LOG_LEVEL: 'info', PORT: '0' };
  bots.first.push(await atRest(script, ['start'], env, saidStarted));
  bots.later.push(await atRest(script, ['start'], env, saidStarted));
  peers.push(
    await atRest(
      process.execPath,
      ['--input-type=module', '-e', `${peer}\nprocess.stdout.write('ready'); setInterval(() => {}, 1e6);`],
      {},
      (child) => once(child.stdout, 'data'),
    ),
  );
}
rmSync(folder, { recursive: true });

const bare = spread(peers, 'MB');
process.stdout.write(`${machine()}\nImports alone: ${bare.text}\n`);
// A bot has to fit every time it starts, so its greatest counts and not its middle.
for (const [name, values] of Object.entries(bots)) {
  const above = Math.max(...values) - bare.middle;
  const verdict = above <= limitMb ? 'within' : 'over';
  process.stdout.write(
    `The bot, ${name} start: ${spread(values, 'MB').text}: the greatest is ${above.toFixed(1)} MB above, ${verdict} the limit of ${limitMb}\n`,
  );
}
