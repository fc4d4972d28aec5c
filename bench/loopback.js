import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The platforms on loopback, built. tests/platforms/ is TypeScript, which Node 20 does not run. What it checks by a
 * specification is left to the tests.
 */
export function buildLoopback() {
  // In dist/, where Node finds the packages.
  const built = mkdtempSync(join(root, 'dist/bench-'));
  const tsc = join(root, 'node_modules/.bin/tsc');
  execFileSync(tsc, ['-p', join(root, 'bench/tsconfig.loopback.json'), '--outDir', built]);
  process.env['HANDRAIL_SPECS'] = built;
  return {
    module: (server) => join(built, `${server}.js`),
    remove: () => rmSync(built, { recursive: true, force: true }),
  };
}
