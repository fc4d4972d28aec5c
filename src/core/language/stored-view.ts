import { z } from 'zod';
import type { View } from './view.ts';

const inline = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['plain', 'bold', 'italic']), text: z.string() }),
  z.strictObject({ kind: z.literal('link'), text: z.string(), href: z.string() }),
  z.strictObject({
    kind: z.literal('time'),
    at: z.string(),
    zone: z.string(),
    style: z.enum(['time', 'day', 'day-and-time']),
    locale: z.string(),
  }),
  z.strictObject({
    kind: z.literal('mention'),
    account: z.strictObject({ platform: z.string(), key: z.string() }),
    name: z.string(),
  }),
]);
const content = z.array(inline);

const actionButton = z.strictObject({ kind: z.literal('action'), label: z.string(), token: z.string() });
const linkButton = z.strictObject({ kind: z.literal('link'), label: z.string(), href: z.string() });

const block = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heading'), text: z.string() }),
  z.strictObject({ kind: z.enum(['text', 'small']), content }),
  z.strictObject({ kind: z.literal('list'), ordered: z.boolean(), items: z.array(content) }),
  z.strictObject({
    kind: z.literal('facts'),
    rows: z.array(z.strictObject({ label: z.string(), value: content })),
  }),
  z.strictObject({ kind: z.literal('image'), png: z.string(), alt: z.string() }),
  z.strictObject({ kind: z.literal('file'), name: z.string(), mediaType: z.string(), base64: z.string() }),
  z.strictObject({ kind: z.literal('divider') }),
  z.strictObject({
    kind: z.literal('actions'),
    buttons: z.array(z.discriminatedUnion('kind', [actionButton, linkButton])),
  }),
  z.strictObject({ kind: z.literal('choice'), label: z.string(), options: z.array(actionButton) }),
  z.strictObject({
    kind: z.literal('scale'),
    label: z.string(),
    steps: z.array(actionButton.extend({ value: z.number() })),
  }),
]);

/** Parses a view that was stored as JSON. A view with unknown blocks of another version is refused. */
export const storedView: z.ZodType<View> = z.strictObject({ blocks: z.array(block) });
