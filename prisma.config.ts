import { defineConfig } from 'prisma/config';

// `prisma generate` runs on WASM, but the CLI still asks for the native engine, which it would download.
// Any existing file answers that question; nothing here ever starts it (migrations: src/storage/migrate.ts).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma' });
