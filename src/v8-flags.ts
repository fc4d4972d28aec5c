import { setFlagsFromString } from 'node:v8';

/**
 * Imported first, before any WASM is compiled, because a bare `node dist/main.js` gets no flags from bin/handrail. Compiling
 * Prisma's WASM a second time for speed takes tens of megabytes, and no member would notice the difference.
 * Measured: bench/RESULTS.md, "memory".
 */
for (const flag of ['--liftoff-only', '--optimize-for-size']) setFlagsFromString(flag);
