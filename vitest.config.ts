import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import changed from './timezones/changed.json' with { type: 'json' };

/** They hold a time that is promised: nothing else runs beside them. */
const timed = [
  'tests/adapters/**/load.test.ts',
  'tests/core/meetings-load.test.ts',
  'tests/faults/locked.test.ts',
  'tests/storage/long-work.test.ts',
];

/** The data that bin/handrail would choose. Forks have it from their start, as ICU needs; threads would not. */
const older = String(process.versions['tz']) < changed.version && !process.env['ICU_TIMEZONE_FILES_DIR'];
const env = older ? { ICU_TIMEZONE_FILES_DIR: fileURLToPath(new URL('timezones', import.meta.url)) } : {};

export default defineConfig({
  test: {
    globalSetup: 'tests/support/shared-postgres.js',
    pool: 'forks',
    isolate: false,
    env,
    testTimeout: 30_000,
    // A PostgreSQL is started and stopped in hooks.
    hookTimeout: 60_000,
    // Two cores: one test file each.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'tests', include: ['tests/**/*.test.ts'], exclude: timed } },
      { extends: true, test: { name: 'timed', include: timed, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
