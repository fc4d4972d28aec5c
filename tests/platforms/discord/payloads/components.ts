import { z } from 'zod';

/** Message components, with the limits of https://discord.com/developers/docs/components/reference */

export const customId = z.string().min(1).max(100);
const id = z.int32().nonnegative().nullish();

/** Text that a person is to read: never blank. */
export function words(maxLength: number) {
  return z.string().max(maxLength).regex(/\S/, 'must not be blank');
}

/** An address of the web, or a file that comes with the message. */
const media = z.object({
  url: z.string().regex(/^(https?:\/\/|attachment:\/\/)\S+$/, 'must be http(s) or attachment'),
});

const linkStyle = 5;

const button = z
  .object({
    type: z.literal(2),
    id,
    style: z.int().min(1).max(linkStyle),
    // Discord takes an emoji alone; a button here says its whole meaning in words.
    label: words(80),
    custom_id: customId.nullish(),
    url: z
      .url({ protocol: /^https?$/ })
      .max(512)
      .nullish(),
    disabled: z.boolean().nullish(),
    emoji: z.looseObject({}).nullish(),
  })
  .refine(({ style, url, custom_id }) => (style === linkStyle) === (typeof url === 'string' && !custom_id), {
    message: 'a link button has a url and no custom_id, any other a custom_id and no url',
  })
  .refine(({ style, custom_id }) => style === linkStyle || typeof custom_id === 'string', {
    message: 'a button needs a custom_id',
  });

const selectOption = z.object({
  label: words(100),
  value: z.string().min(1).max(100),
  description: z.string().min(1).max(100).nullish(),
  emoji: z.looseObject({}).nullish(),
  default: z.boolean().nullish(),
});

export const stringSelect = z
  .object({
    type: z.literal(3),
    id,
    custom_id: customId,
    options: z.array(selectOption).min(1).max(25),
    placeholder: z.string().max(150).nullish(),
    min_values: z.int().min(0).max(25).nullish(),
    max_values: z.int().min(1).max(25).nullish(),
    disabled: z.boolean().nullish(),
    /** In modals only. */
    required: z.boolean().nullish(),
  })
  .refine(({ options }) => new Set(options.map(({ value }) => value)).size === options.length, {
    message: 'values must be unique',
    path: ['options'],
  })
  .refine(
    ({ options, min_values, max_values }) =>
      (min_values ?? 1) <= (max_values ?? 1) && (max_values ?? 1) <= options.length,
    {
      message: 'min_values, max_values and the number of options must be in order',
      path: ['max_values'],
    },
  )
  .refine(
    ({ options, max_values }) => options.filter((option) => option.default === true).length <= (max_values ?? 1),
    {
      message: 'more defaults than may be picked',
      path: ['options'],
    },
  );

const row = z
  .object({
    type: z.literal(1),
    id,
    components: z
      .array(z.discriminatedUnion('type', [button, stringSelect]))
      .min(1)
      .max(5),
  })
  .refine(({ components }) => components.length === 1 || components.every(({ type }) => type === 2), {
    message: 'a row holds up to five buttons, or one select',
    path: ['components'],
  });

const textDisplay = z.object({ type: z.literal(10), id, content: words(4000) });
const thumbnail = z.object({
  type: z.literal(11),
  id,
  media,
  description: z.string().min(1).max(1024).nullish(),
});
const section = z.object({
  type: z.literal(9),
  id,
  components: z.array(textDisplay).min(1).max(3),
  accessory: z.discriminatedUnion('type', [button, thumbnail]),
});
const gallery = z.object({
  type: z.literal(12),
  id,
  items: z
    .array(z.object({ media, description: z.string().min(1).max(1024).nullish() }))
    .min(1)
    .max(10),
});
const file = z.object({
  type: z.literal(13),
  id,
  file: z.object({ url: z.string().startsWith('attachment://') }),
});
const separator = z.object({
  type: z.literal(14),
  id,
  divider: z.boolean().nullish(),
  spacing: z.int().min(1).max(2).nullish(),
});
const container = z.object({
  type: z.literal(17),
  id,
  accent_color: z.int().min(0).max(0xff_ff_ff).nullish(),
  components: z.array(z.discriminatedUnion('type', [row, section, textDisplay, gallery, file, separator])).min(1),
});

export const component = z.discriminatedUnion('type', [row, section, textDisplay, gallery, file, separator, container]);

export type Component = z.infer<typeof component>;
export type Button = z.infer<typeof button>;
export type Select = z.infer<typeof stringSelect>;
export type AnyComponent = Component | Button | Select | z.infer<typeof thumbnail>;

/** All components, those inside others too, in the order in which they are shown. */
export function everyComponent(components: readonly AnyComponent[]): readonly AnyComponent[] {
  return components.flatMap((each): readonly AnyComponent[] => {
    if (each.type === 9) return [each, ...each.components, each.accessory];
    if (each.type === 1 || each.type === 17) return [each, ...everyComponent(each.components)];
    return [each];
  });
}
