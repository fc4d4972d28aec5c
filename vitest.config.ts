import { defineConfig } from 'vitest/config';

/** They hold a time that is promised: nothing else runs beside them. */
const timed = [
  'tests/adapters/**/load.test.ts',
  'tests/core/meetings-load.test.ts',
  'tests/faults/locked.test.ts',
  'tests/storage/long-work.test.ts',
];

export default defineConfig({
  test: {
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
