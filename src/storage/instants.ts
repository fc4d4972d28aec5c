import { Temporal } from '../core/values/time.ts';

/** Converts between Prisma's Date and the core's Temporal; both hold milliseconds since 1970, UTC. */
export function toInstant(date: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime());
}

export function toDate(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}
