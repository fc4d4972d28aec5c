import { defineConfig } from 'prisma/config';

// `prisma generate` runs on WASM, but the CLI still asks for the native engine, which it would download.
// Any existing file answers that question; nothing here ever starts it (migrations: src/storage/dialect/migrate.ts).
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
// The versions are pinned, so a build need not ask Prisma's server for a newer one, nor tell it what it builds.
process.env['CHECKPOINT_DISABLE'] ??= '1';

export default defineConfig({ schema: 'prisma/schema.prisma' });
