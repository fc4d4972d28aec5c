// npm run graph [-- COMMIT ...]: how the parts of src/core import each other, at each commit and in the working tree.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { circles, coreArrows, partOf, sourcesIn, upwards } from './import-graph.js';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const commit of process.argv.slice(2)) {
  const folder = mkdtempSync(join(tmpdir(), 'handrail-graph-'));
  const archive = execFileSync('git', ['archive', commit, 'src'], { cwd: root, maxBuffer: 2 ** 28 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  show(commit, sourcesIn(folder));
  rmSync(folder, { recursive: true });
}
show('working tree', sourcesIn(root));

/**
 * @param {string} name
 * @param {ReadonlyMap<string, string>} sources
 */
function show(name, sources) {
  const arrows = coreArrows(sources);
  const up = upwards(arrows);
  const rings = circles(arrows);
  const [largest = ['', 0]] = [...linesByPart(sources)].sort(([, some], [, others]) => others - some);
  const lines = [...linesByPart(sources).values()].reduce((sum, count) => sum + count, 0);
  say(`${name}: ${arrows.length} arrows, ${up.length} of them up; ${rings.length} circles`);
  for (const { from, to, files } of up) say(`  up: ${from} → ${to} (${files.length} files)`);
  for (const ring of rings) say(`  circle: ${ring.join(', ')}`);
  say(`  largest: ${largest[0]}, ${((100 * largest[1]) / lines).toFixed(1)} % of ${lines} lines`);
}

/** @param {ReadonlyMap<string, string>} sources */
function linesByPart(sources) {
  /** @type {Map<string, number>} */
  const lines = new Map();
  for (const [file, source] of sources) {
    const part = partOf(file);
    if (part !== null) lines.set(part, (lines.get(part) ?? 0) + source.split('\n').length - 1);
  }
  return lines;
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
