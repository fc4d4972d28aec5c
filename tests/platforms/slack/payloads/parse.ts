import type { z } from 'zod';

/** What is wrong with a payload, each problem beside its field. */
export function problemsBySchema(schema: z.ZodType, given: unknown): string[] {
  const { error } = schema.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
}
