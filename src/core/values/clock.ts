import type { Temporal } from './time.ts';

/** The system's clock. A request carries its own instant; this one is for what the bot does by itself. */
export interface Clock {
  now(): Temporal.Instant;
}
