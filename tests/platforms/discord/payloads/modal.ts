import { z } from 'zod';
import { customId, stringSelect, words } from './components.ts';

/** Modals, with the limits of https://discord.com/developers/docs/components/reference#text-input and #label */

const textInput = z
  .object({
    type: z.literal(4),
    custom_id: customId,
    style: z.int().min(1).max(2),
    /** In a row; in a Label it is the Label's. */
    label: words(45).nullish(),
    value: z.string().max(4000).nullish(),
    placeholder: z.string().max(100).nullish(),
    required: z.boolean().nullish(),
    min_length: z.int().min(0).max(4000).nullish(),
    max_length: z.int().min(1).max(4000).nullish(),
  })
  .refine(({ min_length, max_length }) => (min_length ?? 0) <= (max_length ?? 4000), {
    message: 'min_length is above max_length',
    path: ['min_length'],
  })
  .refine(({ value, max_length }) => (value ?? '').length <= (max_length ?? 4000), {
    message: 'longer than max_length',
    path: ['value'],
  });

const row = z
  .object({ type: z.literal(1), components: z.tuple([textInput]) })
  .refine(({ components }) => Boolean(components[0].label), {
    message: 'a text input in a row needs a label',
  });

const label = z
  .object({
    type: z.literal(18),
    label: words(45),
    description: words(100).nullish(),
    component: z.discriminatedUnion('type', [textInput, stringSelect]),
  })
  .refine(({ component }) => component.type !== 4 || !component.label, {
    message: 'a text input in a Label has no label of its own',
    path: ['component', 'label'],
  })
  .refine(({ component }) => component.type !== 3 || component.disabled !== true, {
    message: 'a select in a modal cannot be disabled',
    path: ['component', 'disabled'],
  });

const textDisplay = z.object({ type: z.literal(10), content: words(4000) });

const shape = z.object({
  custom_id: customId,
  title: words(45),
  components: z
    .array(z.discriminatedUnion('type', [row, label, textDisplay]))
    .min(1)
    .max(5),
});

export const modal = shape
  .refine(({ components }) => components.some(({ type }) => type !== 10), {
    message: 'nothing to fill in',
    path: ['components'],
  })
  .refine(
    ({ components }) => {
      const ids = components.flatMap((each) => fieldsIn(each).map(({ custom_id }) => custom_id));
      return new Set(ids).size === ids.length;
    },
    { message: 'custom_id cannot be duplicated', path: ['components'] },
  );

export type Modal = z.infer<typeof shape>;
type ModalComponent = Modal['components'][number];
export type ModalField = z.infer<typeof textInput> | z.infer<typeof stringSelect>;

export function fieldsIn(each: ModalComponent): readonly ModalField[] {
  if (each.type === 1) return each.components;
  return each.type === 18 ? [each.component] : [];
}
