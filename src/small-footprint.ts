import { setFlagsFromString } from 'node:v8';

/**
 * Imported first, before any WASM is compiled: a bot rests nearly all day on a small machine. Compiling Prisma's WASM a
 * second time for speed takes tens of megabytes and gives back nothing that a member would notice; nor does a large
 * nursery for objects. Measured: bench/RESULTS.md, "memory".
 */
setFlagsFromString('--liftoff-only');
setFlagsFromString('--max-semi-space-size=2');
