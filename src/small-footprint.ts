import { setFlagsFromString } from 'node:v8';

/**
 * Imported first, before any WASM is compiled, for whoever starts `node dist/main.js` without bin/handrail: compiling
 * Prisma's WASM a second time for speed takes tens of megabytes and gives back nothing that a member would notice.
 * Measured: bench/RESULTS.md, "memory".
 */
for (const flag of ['--liftoff-only', '--optimize-for-size']) setFlagsFromString(flag);
