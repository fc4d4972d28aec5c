import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 30_000,
    // A PostgreSQL is started and stopped in hooks.
    hookTimeout: 60_000,
    // Two cores: one test file each.
    maxWorkers: 2,
  },
});
