// Writes tests/released/NAME/: databases as this version leaves them behind.   npm run released -- NAME
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresql } from '../dist/storage/dialect/postgresql.js';
import { sqlite } from '../dist/storage/dialect/sqlite.js';
import { openStorage } from '../dist/storage/open.js';
import { startPostgres } from '../tests/support/postgres.js';
import { readBack } from '../tests/support/read-back.js';
import { postgresqlText, sqliteText } from './database-text.js';
import { tellStory, toldUntil } from './release-story.js';

const [name] = process.argv.slice(2);
if (!/^[a-z0-9.-]+$/.test(name ?? '')) {
  process.stderr.write('Name the release, or its commit: npm run released -- 1.2.0\n');
  process.exit(64);
}

const complain = (event, fields) => {
  throw new Error(event, { cause: fields });
};
const log = { info: () => {}, warn: complain, error: complain };
const target = `tests/released/${name}`;
mkdirSync(target, { recursive: true });
const keyFile = `${target}/key-of-the-test.txt`;
writeFileSync(keyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });

const scratch = mkdtempSync(join(tmpdir(), 'handrail-released-'));
const server = await startPostgres();
try {
  const file = join(scratch, 'handrail.db');
  const url = await server.newDatabase();
  const onSqlite = await fill(sqlite(file, true));
  const onPostgresql = await fill(postgresql(url));
  assert.deepEqual(onPostgresql, onSqlite, 'Both databases give the same back');
  write('sqlite.sql', sqliteText(file));
  write('postgresql.sql', await postgresqlText(url));
  write('said.json', `${JSON.stringify(onSqlite, null, 2)}\n`);
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true });
}

async function fill(database) {
  const { store, close } = await openStorage({ database, keyFiles: [keyFile], log, onKeyMade: () => {} });
  const names = await tellStory(store, log);
  const readAs = await readBack(store, names, toldUntil);
  await close();
  return { toldUntil: String(toldUntil), names, readAs };
}

function write(file, text) {
  writeFileSync(`${target}/${file}`, text);
  process.stdout.write(`${target}/${file}\n`);
}
