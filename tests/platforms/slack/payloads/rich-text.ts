import { z } from 'zod';

/** Structured text: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block. Words in it are never markup. */

const style = z.strictObject({ bold: z.boolean().optional(), italic: z.boolean().optional() }).optional();

const dateToken =
  /\{(date|date_num|date_short|date_long|date_pretty|date_short_pretty|date_long_pretty|time|time_secs|ago)\}/g;

/** No broadcast, no user group, no channel: nobody is pinged but whom a view names. */
const element = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1).max(3_000), style }),
  z.strictObject({
    type: z.literal('link'),
    url: z.url({ protocol: /^https?$/ }).max(3_000),
    text: z.string().min(1).max(3_000).optional(),
    style,
  }),
  z.strictObject({ type: z.literal('user'), user_id: z.string().regex(/^[UW][A-Z0-9]+$/) }),
  z.strictObject({
    type: z.literal('date'),
    timestamp: z.number().int(),
    format: z.string().refine((format) => !/[{}]/.test(format.replace(dateToken, '')), 'an unknown date token'),
    fallback: z.string().min(1).optional(),
  }),
]);

const section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(element).min(1) });

const list = z.strictObject({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  elements: z.array(section).min(1),
  indent: z.number().int().min(0).max(8).optional(),
  offset: z.number().int().min(0).optional(),
});

type Element = z.infer<typeof element>;

export const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id: z.string().min(1).max(255).optional(),
  elements: z.array(z.discriminatedUnion('type', [section, list])).min(1),
});

/** What is read of it: a time as its instant, a link with its address, the number of an item that has one. */
export function wordsOfRichText(block: unknown): string[] {
  const parsed = richText.safeParse(block);
  if (!parsed.success) return [];
  return parsed.data.elements.flatMap((part) =>
    part.type === 'rich_text_section'
      ? [part.elements.map(wordsOf).join('')]
      : part.elements.map(({ elements }, i) => {
          const number = part.style === 'ordered' ? `${(part.offset ?? 0) + i + 1}. ` : '- ';
          return `${number}${elements.map(wordsOf).join('')}`;
        }),
  );
}

function wordsOf(one: Element): string {
  switch (one.type) {
    case 'text':
      return one.text;
    case 'link':
      return `${one.text ?? ''} (${one.url})`;
    case 'user':
      return `<@${one.user_id}>`;
    case 'date':
      return new Date(one.timestamp * 1_000).toISOString();
  }
}
