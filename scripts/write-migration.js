// Writes prisma/migrations/<provider>/<time>_<name>/migration.sql, for SQLite and for PostgreSQL: what leads from the
// schema that is committed to the one in the work tree.   npm run migration -- NAME
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { PrismaPg } from '@prisma/adapter-pg';
import { openSchemaEngine } from '../dist/storage/dialect/schema-engine.js';
import { startPostgres } from '../tests/support/postgres.js';
import { postgresqlFrom } from './schemas.js';

const [name] = process.argv.slice(2);
if (!/^[a-z0-9-]+$/.test(name ?? '')) {
  process.stderr.write('Name the migration in lower case: npm run migration -- add-plans\n');
  process.exit(64);
}

const path = 'prisma/schema.prisma';
const before = committed();
const after = readFileSync(path, 'utf8');
const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);

await write('sqlite', new PrismaBetterSqlite3({ url: ':memory:' }), (schema) => schema);
// Two schemas are compared and no database is read, but the engine asks PostgreSQL for its version first.
const server = await startPostgres();
try {
  await write('postgresql', new PrismaPg({ connectionString: await server.newDatabase() }), postgresqlFrom);
} finally {
  await server.stop();
}

async function write(provider, adapter, variant) {
  const target = (content) => ({
    tag: 'schemaDatamodel',
    files: [{ path, content: variant(content) }],
    configDir: 'prisma',
  });
  const { engine, close } = await openSchemaEngine(adapter);
  const { stdout } = await engine.diff({
    from: before === null ? { tag: 'empty' } : target(before),
    to: target(after),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  await close();
  const folder = `prisma/migrations/${provider}/${time}_${name}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/migration.sql`, stdout);
  process.stdout.write(`${folder}/migration.sql\n`);
}

function committed() {
  try {
    return execFileSync('git', ['show', `HEAD:${path}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
