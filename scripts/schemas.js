/** PostgreSQL's variant of the schema: another provider, another folder for the client, and nothing else. */
export function postgresqlFrom(schema) {
  const derived = schema
    .replace('provider = "sqlite"', 'provider = "postgresql"')
    .replace('generated/sqlite"', 'generated/postgresql"');
  return `// Made from schema.prisma by scripts/derive-postgresql.js. Change that one.\n${derived}`;
}
