import { defineConfig } from 'vitest/config';
import usual from '../../../vitest.config.ts';

/** The usual run, with one test that fails in place of all others. */
const { projects: _, ...test } = usual.test ?? {};

export default defineConfig({ test: { ...test, include: ['tests/support/failing-run/fails.ts'] } });
