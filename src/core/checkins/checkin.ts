import { z } from 'zod';
import type { Day, Temporal } from '../values/time.ts';

/** HALT: the four states to check when someone asks "how are you?". */
export const feelings = ['hungry', 'angry', 'lonely', 'tired'] as const;

/** The details of a check-in, all optional. */
export const details = z.strictObject({
  /** 1 very low to 5 very good. */
  mood: z.number().int().min(1).max(5).optional(),
  /** 0 none to 10 strongest. */
  craving: z.number().int().min(0).max(10).optional(),
  /** 0 none to 10 strongest: how sure they are of getting through the day. */
  confidence: z.number().int().min(0).max(10).optional(),
  feelings: z.array(z.enum(feelings)).optional(),
  /** They used. The check-in counts like any other. */
  used: z.boolean().optional(),
  note: z.string().optional(),
});
export type Details = z.infer<typeof details>;

export interface CheckIn {
  readonly day: Day;
  readonly checkedInAt: Temporal.Instant;
  /** Made the day after. */
  readonly late: boolean;
  readonly details: Details;
}
