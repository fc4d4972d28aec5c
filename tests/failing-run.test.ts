import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// A library of the set-up once ended the run with 0, whatever had failed.
it('a test run in which a test failed ends with 1', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const config = 'tests/support/failing-run/vitest.config.js';
  const { VITEST: _, ...env } = process.env;
  const run = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', config, '--root', '.'],
    {
      cwd: root,
      env,
      encoding: 'utf8',
    },
  );
  expect(run.stdout).toContain('1 failed');
  expect(run.status).toBe(1);
});
