import { setFlagsFromString } from 'node:v8';

/**
 * Imported before any WASM is compiled, because a bare `node dist/main.js` gets no flags from bin/handrail. Compiling
 * Prisma's WASM a second time for speed takes tens of megabytes, and members would not notice the difference.
 * Measured: bench/RESULTS.md, "memory".
 */
for (const flag of ['--liftoff-only', '--optimize-for-size']) setFlagsFromString(flag);
