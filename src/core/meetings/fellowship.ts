import { z } from 'zod';
import { webLink } from '../safety/helplines.ts';

const fellowship = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,12}$/),
  name: z.string().min(1).max(60),
  short: z.string().min(1).max(24),
  path: z.enum(['twelve-step', 'cognitive', 'buddhist', 'secular', 'women', 'faith', 'indigenous', 'moderation']),
  for: z.array(z.enum(['alcohol', 'drugs', 'gambling', 'family', 'any'])).min(1),
  about: z.string().min(1).max(160),
  /** Its own meeting finder. */
  finder: webLink,
  online: webLink.optional(),
  source: webLink,
  /** The date on which a person opened the links; null: not verified yet. */
  verifiedAt: z.iso.date().nullable(),
});
export type Fellowship = z.infer<typeof fellowship>;

/** content/<locale>/fellowships.yaml: none is ranked above another. */
export const fellowshipsFile = z.strictObject({
  version: z.literal(1),
  reviewed: z.strictObject({ by: z.string(), role: z.string(), on: z.iso.date() }).nullable(),
  fellowships: z.array(fellowship).min(1),
});

declare module '../conversation/context.ts' {
  interface Content {
    readonly fellowships: readonly Fellowship[];
  }
}
