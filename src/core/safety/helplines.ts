import { z } from 'zod';

/** A link that may be shown: only http and https, so that it cannot hold a file or script. */
export const webLink = z.url({ protocol: /^https?$/ });

const reviewed = z.strictObject({ by: z.string(), role: z.string(), on: z.iso.date() }).nullable();

const number = z.strictObject({
  display: z.string().min(1),
  /** Short codes stay dialable: "988" is "988", never "+1988". */
  dial: z.string().regex(/^\+?\d{2,15}$/),
});

const helpline = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1).max(80),
  purpose: z.enum(['crisis', 'substance', 'poison']),
  what: z.string().min(1).max(140),
  phone: number.optional(),
  text: z.strictObject({ display: z.string(), to: z.string(), body: z.string() }).optional(),
  chat: webLink.optional(),
  hours: z.string(),
  languages: z.array(z.string()).min(1),
  source: webLink,
  /** The date on which a person compared this line with its source; null: not verified, and shown as such. */
  verifiedAt: z.iso.date().nullable(),
});

/** content/helplines.yaml */
export const helplinesFile = z.strictObject({
  version: z.literal(1),
  reviewed,
  countries: z.record(
    z.string().regex(/^[A-Z]{2}$/),
    z.strictObject({
      emergency: z.array(number.extend({ source: webLink })).min(1),
      lines: z.array(helpline).min(1),
    }),
  ),
});

export type Helpline = z.infer<typeof helpline>;
export type Helplines = z.infer<typeof helplinesFile>['countries'];
export type CountryHelp = Helplines[string];

/** Returns undefined if the country is unknown, or has no line here. */
export function countryHelp(helplines: Helplines, country: string | null): CountryHelp | undefined {
  return country !== null && Object.hasOwn(helplines, country) ? helplines[country] : undefined;
}

declare module '../conversation/context.ts' {
  interface Content {
    readonly helplines: Helplines;
  }
}
