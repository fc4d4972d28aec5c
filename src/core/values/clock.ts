import type { Temporal } from './time.ts';

/** The system clock, for work that the bot starts, because a request has its own instant. */
export interface Clock {
  now(): Temporal.Instant;
}
