import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { filesWithVolumes } from './tests/support/files-with-volumes.js';
import changed from './timezones/changed.json' with { type: 'json' };

/** All of them, or only those that try more in a run that is to try more (tests/support/volume.ts). */
const usual = process.env['HANDRAIL_TESTS'] === undefined;
const include = usual ? ['tests/**/*.test.ts'] : filesWithVolumes();

/** They hold a time that is promised: nothing else runs beside them. */
const timed = [
  'tests/adapters/discord/load.test.ts',
  'tests/adapters/slack/load.test.ts',
  'tests/adapters/telegram/load.test.ts',
  'tests/core/meetings-load.test.ts',
  'tests/faults/locked.test.ts',
  'tests/outbox/volume.test.ts',
  'tests/storage/long-work.test.ts',
];

/** The data that bin/handrail would choose. Forks have it from their start, as ICU needs; threads would not. */
const older = String(process.versions['tz']) < changed.version && !process.env['ICU_TIMEZONE_FILES_DIR'];
const env = older ? { ICU_TIMEZONE_FILES_DIR: fileURLToPath(new URL('timezones', import.meta.url)) } : {};

export default defineConfig({
  test: {
    globalSetup: 'tests/support/shared-postgres.js',
    setupFiles: 'tests/support/short-pauses.ts',
    pool: 'forks',
    isolate: false,
    env,
    testTimeout: 30_000,
    // A PostgreSQL is started and stopped in hooks.
    hookTimeout: 60_000,
    // One more than cores, because many test files wait, for time-outs or for processes of their own.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { name: 'tests', include, exclude: timed } },
      {
        extends: true,
        test: {
          name: 'timed',
          include: timed.filter((file) => usual || include.includes(file)),
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
