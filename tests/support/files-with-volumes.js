import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importsOf } from '../../scripts/import-graph.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const volume = join(root, 'tests/support/volume.ts');

/** The test files that try more in `test:full` and `test:soak`: those that take a volume, or import what does. */
export function filesWithVolumes() {
  const files = readdirSync(join(root, 'tests'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join(root, 'tests', file))
    .filter((file) => reachesVolume(file, new Set()))
    .map((file) => relative(root, file));
}

/**
 * @param {string} file
 * @param {Set<string>} seen
 * @returns {boolean}
 */
function reachesVolume(file, seen) {
  if (file === volume) return true;
  if (seen.has(file) || !file.startsWith(join(root, 'tests')) || !file.endsWith('.ts')) return false;
  seen.add(file);
  return importsOf(file, readFileSync(file, 'utf8')).some((path) => reachesVolume(path, seen));
}
