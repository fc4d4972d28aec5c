import type { z } from 'zod';
import { invalidForm } from '../refusal.ts';

/** The payload, or Discord's 50035 with each problem beside its field. */
export function parsePayload<T>(schema: z.ZodType<T>, given: unknown, at: readonly PropertyKey[] = []): T {
  const { data, error } = schema.safeParse(given);
  if (error === undefined) return data;
  throw invalidForm(error.issues.map(({ path, message }) => ({ path: [...at, ...path], message })));
}
