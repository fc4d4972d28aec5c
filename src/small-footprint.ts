import { setFlagsFromString } from 'node:v8';

/**
 * Imported first, before any WASM is compiled: a bot rests nearly all day, often on a small machine. Compiling Prisma's
 * WASM a second time for speed, and a large nursery for young objects, take tens of megabytes and give back nothing that
 * a member would notice. Measured: bench/RESULTS.md, "memory".
 */
for (const flag of ['--liftoff-only', '--optimize-for-size', '--max-semi-space-size=2']) setFlagsFromString(flag);
