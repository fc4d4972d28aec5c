import { importsOf } from '../../scripts/import-graph.js';

export interface Violation {
  readonly file: string;
  readonly why: string;
}

/** What the core may use beside itself: no SDK, no database, no file, no network. */
const coreMayUse = [
  '@photostructure/tz-lookup',
  'intl-messageformat',
  'lru-cache',
  'node:timers/promises',
  'p-limit',
  'rate-limiter-flexible',
  'temporal-polyfill',
  'zod',
];

/** What the core takes from outside instead: the clock, chance, settings, printing. */
const coreMayNotSay: readonly [RegExp, string][] = [
  [/\bprocess\.env\b/, 'reads settings'],
  [/\bDate\.now\(\)|\bnew Date\(\)|Temporal\.Now\b/, 'asks the system for the time'],
  [/\bMath\.random\(\)|\brandomUUID\(/, 'draws by chance'],
  [/\bconsole\./, 'prints'],
  [/===\s*'(discord|slack|telegram|terminal)'/, 'asks which platform it is'],
];

/**
 * adapters → core ← storage, and only what lies in src/ itself sees everything.
 *
 * @param sources the text of each file, by its path from the project's folder ("src/core/values/time.ts")
 */
export function violations(sources: ReadonlyMap<string, string>): readonly Violation[] {
  return [...sources].flatMap(([file, source]) => [
    ...importsOf(file, source)
      .map((imported) => forbidden(file, imported))
      .filter((why) => why !== null)
      .map((why) => ({ file, why })),
    ...(roomOf(file) === 'core' ? coreMayNotSay : [])
      .filter(([pattern]) => pattern.test(source))
      .map(([, why]) => ({ file, why: `the core ${why}` })),
  ]);
}

function forbidden(file: string, imported: string): string | null {
  const from = roomOf(file);
  if (from === 'root') return null;
  if (!imported.startsWith('src/')) {
    return from === 'core' && !coreMayUse.includes(imported) ? `the core imports ${imported}` : null;
  }
  const to = roomOf(imported);
  if (to === 'core' || to === from) return null;
  return `${from} imports ${imported}`;
}

/** "core", "storage", "adapters/terminal" and so on; "root" for the composition itself. */
function roomOf(file: string): string {
  const [, first = '', second = ''] = file.split('/');
  if (first === 'adapters') return `adapters/${second}`;
  return first === 'core' || first === 'storage' ? first : 'root';
}
