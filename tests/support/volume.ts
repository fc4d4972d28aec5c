/** How much is tried: `npm test` tries little of much, `npm run test:full` more, `npm run test:soak` all of it. */
type Tier = 'usual' | 'full' | 'soak';

const tier = (process.env['HANDRAIL_TESTS'] ?? 'usual') as Tier;

/** What this run tries of something that can be tried more or less often. */
export function volume<T>(of: Readonly<Record<Tier, T>>): T {
  if (!(tier in of)) throw new Error(`HANDRAIL_TESTS is one of ${Object.keys(of).join(', ')}, not ${tier}`);
  return of[tier];
}
