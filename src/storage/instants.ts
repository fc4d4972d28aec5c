import { Temporal } from '../core/values/time.ts';

/** Prisma speaks Date, the core Temporal; both hold milliseconds since 1970, UTC. */
export function toInstant(date: Date): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(date.getTime());
}

export function toDate(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}
