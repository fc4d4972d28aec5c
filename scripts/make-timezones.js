// Makes timezones/zoneinfo64.res and timezones/changed.json from ICU's source and the system's compiled zones. It needs
// Debian's packages tzdata and icu-devtools. Run it on the oldest Node that Handrail runs on, so that changed.json names
// what is old there.   npm run timezones, or TZDIR=/other/zoneinfo npm run timezones
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withChanges } from './icu-zones.js';
import { readTzif } from './tzif.js';

const system = process.env.TZDIR ?? '/usr/share/zoneinfo';
const version = /^# version (\S+)/.exec(readFileSync(`${system}/tzdata.zi`, 'utf8'))[1];
const source = readFileSync('timezones/zoneinfo64.txt', 'utf8');
const shown = readFileSync(`${system}/zone.tab`, 'utf8').matchAll(/^[A-Z]{2}\t\S+\t(\S+)/gm);
const current = new Set(Array.from(shown, ([, zone]) => zone));
const old = Array.from(source.matchAll(/\/\* (\S+) \*\//g), ([, zone]) => zone);
const all = [...new Set([...current, ...old])].filter((zone) => zone !== 'Factory' && existsSync(`${system}/${zone}`));

const work = mkdtempSync(join(tmpdir(), 'timezones-'));
try {
  compile(source, work);
  const stale = differences(work);
  let changed = source.replace(/TZVersion \{ "[^"]*" \}/, `TZVersion { "${version}" }`);
  for (const [zone, since] of stale) {
    if (isTable(zone)) changed = withChanges(changed, zone, readTzif(`${system}/${zone}`), since);
  }
  compile(changed, 'timezones');
  const left = differences('timezones');
  if (left.length > 0) throw new Error(`Still different: ${left.map(([zone]) => zone).join(', ')}`);
  writeChanged(new Map([...stale, ...differences('')].map((one) => [one[0], one])));
  process.stdout.write(
    `${version}: ${all.length} zones agree, 2020 to 2037; changed: ${stale.map(([zone]) => zone)}\n`,
  );
} finally {
  rmSync(work, { recursive: true });
}

/** Other names of a zone follow it by themselves. */
function isTable(zone) {
  return source.includes(`/* ${zone} */ :table`);
}

function compile(text, folder) {
  writeFileSync(join(work, 'zoneinfo64.txt'), text);
  execFileSync('genrb', ['--quiet', '--sourcedir', work, '--destdir', folder, 'zoneinfo64.txt']);
}

/** What differs with the files of that folder; with none, in Node's own data. */
function differences(folder) {
  const args = ['scripts/compare-timezones.js', system, ...all];
  return JSON.parse(execFileSync(process.execPath, args, { env: { ...process.env, ICU_TIMEZONE_FILES_DIR: folder } }));
}

function writeChanged(differing) {
  const probes = [...differing.values()]
    .filter(([zone]) => current.has(zone))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([zone, at, offset]) => ({ zone, at: new Date(at * 1000).toISOString(), offsetSeconds: offset }));
  writeFileSync('timezones/changed.json', `${JSON.stringify({ version, probes }, null, 2)}\n`);
}
