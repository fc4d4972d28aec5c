// Read by `npm run graph`, and by tests/architecture.test.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';

const rooms = 'any other folder';

/**
 * The floors of src/core, from the ground up: folders, and files that lie in no folder. A floor imports only itself and
 * the floors below it. Any other folder is a room. Names of earlier versions stand beside those that took their place.
 */
export const floors = [
  ['values', 'time.ts', 'ids.ts', 'errors.ts', 'deadline.ts'],
  ['language', 'words'],
  ['platform'],
  ['adapter-kit', 'delivery'],
  ['members'],
  ['buttons'],
  ['conversation'],
  ['safety', 'consent'],
  [rooms],
  ['rooms.ts', 'host.ts', 'ports.ts', 'deps.ts', 'doors.ts', 'definitions.ts', 'maintenance.ts'],
];

/**
 * The text of each source file, by its path from the project's folder ("src/core/values/time.ts").
 * @param {string} root
 * @returns {Map<string, string>}
 */
export function sourcesIn(root) {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
    .map((file) => `src/${file}`);
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/**
 * What a file imports: packages by their name, files of ours by their path from the project's folder.
 * @param {string} file
 * @param {string} source
 * @returns {readonly string[]}
 */
export function importsOf(file, source) {
  const { module } = parseSync(file, source);
  const named = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.map(({ moduleRequest }) =>
      source.slice(moduleRequest.start, moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    ),
  ];
  return named.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(file), name) : name));
}

/**
 * @typedef {object} Arrow one part of the core imports another
 * @property {string} from
 * @property {string} to
 * @property {readonly string[]} files those that import it
 */

/**
 * The arrows between the parts of src/core.
 * @param {ReadonlyMap<string, string>} sources
 * @returns {readonly Arrow[]}
 */
export function coreArrows(sources) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const [file, source] of sources) {
    const from = partOf(file);
    for (const to of from === null ? [] : importsOf(file, source).map(partOf)) {
      if (to === null || to === from) continue;
      const arrow = `${from} ${to}`;
      found.set(arrow, (found.get(arrow) ?? new Set()).add(file));
    }
  }
  return [...found].map(([arrow, files]) => {
    const [from = '', to = ''] = arrow.split(' ');
    return { from, to, files: [...files].sort() };
  });
}

/**
 * @param {readonly Arrow[]} arrows
 * @returns {readonly Arrow[]} those that run from a lower floor to a higher one
 */
export function upwards(arrows) {
  return arrows.filter(({ from, to }) => floorOf(from) < floorOf(to));
}

/**
 * @param {readonly Arrow[]} arrows
 * @returns {readonly (readonly string[])[]} the parts that reach each other, each circle once
 */
export function circles(arrows) {
  const parts = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))].sort();
  const reached = new Map(parts.map((part) => [part, reachedFrom(part, arrows)]));
  const mutual = parts.map((part) =>
    parts.filter((other) => reached.get(part)?.has(other) && reached.get(other)?.has(part)),
  );
  return mutual.filter((circle, i) => circle.length > 1 && circle[0] === parts[i]);
}

/**
 * @param {string} file
 * @returns {string | null} the folder of src/core that it lies in, or its own name where it lies in none. The `buttons.ts`
 * of all rooms are one part: what any room may show of another.
 */
export function partOf(file) {
  const [src, core, part = null, inRoom] = file.split('/');
  if (src !== 'src' || core !== 'core') return null;
  return inRoom === 'buttons.ts' ? 'buttons' : part;
}

/**
 * @param {string} part
 * @returns {number} counted from the ground
 */
function floorOf(part) {
  const named = floors.findIndex((parts) => parts.includes(part));
  if (named !== -1) return named;
  if (part.endsWith('.ts'))
    throw new Error(`scripts/import-graph.js does not say on which floor src/core/${part} lies`);
  return floors.findIndex((parts) => parts.includes(rooms));
}

/**
 * @param {string} start
 * @param {readonly Arrow[]} arrows
 */
function reachedFrom(start, arrows) {
  /** @type {Set<string>} */
  const seen = new Set();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const { from, to } of arrows) {
      if (from !== at || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}
