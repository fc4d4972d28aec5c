// Writes prisma/migrations/sqlite/<time>_<name>/migration.sql: what leads from the schema that is committed to the one
// in the work tree.   npm run migration -- NAME
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { openSchemaEngine } from '../dist/storage/schema-engine.js';

const [name] = process.argv.slice(2);
if (!/^[a-z0-9-]+$/.test(name ?? '')) {
  process.stderr.write('Name the migration in lower case: npm run migration -- add-plans\n');
  process.exit(64);
}

const path = 'prisma/schema.prisma';
const target = (content) => ({ tag: 'schemaDatamodel', files: [{ path, content }], configDir: 'prisma' });
const { engine, close } = await openSchemaEngine(new PrismaBetterSqlite3({ url: ':memory:' }));
const { stdout } = await engine.diff({
  from: committed() === null ? { tag: 'empty' } : target(committed()),
  to: target(readFileSync(path, 'utf8')),
  script: true,
  exitCode: null,
  filters: { externalTables: [], externalEnums: [] },
});

await close();

const folder = `prisma/migrations/sqlite/${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/migration.sql`, stdout);
process.stdout.write(`${folder}/migration.sql\n`);

function committed() {
  try {
    return execFileSync('git', ['show', `HEAD:${path}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
