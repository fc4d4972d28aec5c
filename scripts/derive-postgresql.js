// Writes prisma/postgresql.prisma, PostgreSQL's variant of prisma/schema.prisma: a Prisma client is for one provider.
// With --check it writes nothing, and fails where the variant is not what would be written.
import { readFileSync, writeFileSync } from 'node:fs';
import { postgresqlFrom } from './schemas.js';

const path = 'prisma/postgresql.prisma';
const derived = postgresqlFrom(readFileSync('prisma/schema.prisma', 'utf8'));
if (!process.argv.includes('--check')) {
  writeFileSync(path, derived);
} else if (readFileSync(path, 'utf8') !== derived) {
  process.stderr.write(`${path} is not what prisma/schema.prisma leads to. Run: npm run build\n`);
  process.exitCode = 1;
}
