import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { anyText, plainText, words } from './text.ts';

/** Block elements, with the limits of https://docs.slack.dev/reference/block-kit/block-elements */

const actionId = z.string().min(1).max(255).optional();
const placeholder = plainText(150).optional();
const focus = { focus_on_load: z.boolean().optional() };
const webAddress = z.url({ protocol: /^https?$/ }).max(3000);

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: actionId,
  value: z.string().max(2000).optional(),
  url: webAddress.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: words(75).optional(),
});

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const optionValue = z.string().min(1).max(150);
const option = z.strictObject({ text: plainText(75), value: optionValue, description: plainText(75).optional() });
/** Only radio buttons and checkboxes read mrkdwn. */
const richOption = z.strictObject({ text: anyText(75), value: optionValue, description: anyText(75).optional() });

function options<T extends typeof option | typeof richOption>(each: T, most: number) {
  return z
    .array(each)
    .min(1)
    .max(most)
    .refine((all) => unique(all.map(({ value }) => value)), 'values must be unique');
}

interface Choosing {
  readonly options: readonly unknown[];
  readonly initial_option?: unknown;
  readonly initial_options?: readonly unknown[] | undefined;
  readonly max_selected_items?: number | undefined;
}

const initiallyOneOfThem = {
  message: 'must equal one of the options',
  path: ['initial_option'],
};
const initiallySomeOfThem = {
  message: 'must equal some of the options, each once, and no more than max_selected_items',
  path: ['initial_options'],
};

function isOneOfThem({ options, initial_option: initial }: Choosing): boolean {
  return initial === undefined || options.some((each) => isDeepStrictEqual(each, initial));
}

function areSomeOfThem({ options, initial_options: initial = [], max_selected_items: most = 100 }: Choosing): boolean {
  const found = initial.map((given) => options.findIndex((each) => isDeepStrictEqual(each, given)));
  return !found.includes(-1) && new Set(found).size === found.length && found.length <= most;
}

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    action_id: actionId,
    options: options(option, 100),
    initial_option: option.optional(),
    placeholder,
    ...focus,
  })
  .refine(isOneOfThem, initiallyOneOfThem);

/** https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element */
const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    action_id: actionId,
    options: options(option, 100),
    initial_options: z.array(option).min(1).optional(),
    max_selected_items: z.int().min(1).optional(),
    placeholder,
    ...focus,
  })
  .refine(areSomeOfThem, initiallySomeOfThem);

/** https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element */
const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    action_id: actionId,
    options: options(richOption, 10),
    initial_option: richOption.optional(),
    ...focus,
  })
  .refine(isOneOfThem, initiallyOneOfThem);

/** https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element */
const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    action_id: actionId,
    options: options(richOption, 10),
    initial_options: z.array(richOption).min(1).optional(),
    ...focus,
  })
  .refine(areSomeOfThem, initiallySomeOfThem);

const longestInput = 3000;

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    action_id: actionId,
    initial_value: z.string().optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(longestInput).optional(),
    max_length: z.int().min(1).max(longestInput).optional(),
    dispatch_action_config: z
      .strictObject({
        trigger_actions_on: z
          .array(z.enum(['on_enter_pressed', 'on_character_entered']))
          .min(1)
          .max(2),
      })
      .optional(),
    placeholder,
    ...focus,
  })
  .refine(({ initial_value: value = '', max_length: most = longestInput }) => value.length <= most, {
    message: 'longer than max_length',
    path: ['initial_value'],
  })
  .refine(({ min_length: least = 0, max_length: most = longestInput }) => least <= most, {
    message: 'min_length is above max_length',
    path: ['min_length'],
  });

/** Numbers travel as text. */
const numeral = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/, 'must be a number as text')
  .optional();

/** https://docs.slack.dev/reference/block-kit/block-elements/number-input-element */
const numberInput = z
  .strictObject({
    type: z.literal('number_input'),
    action_id: actionId,
    is_decimal_allowed: z.boolean(),
    initial_value: numeral,
    min_value: numeral,
    max_value: numeral,
    placeholder,
    ...focus,
  })
  .refine(
    (given) =>
      given.is_decimal_allowed ||
      [given.initial_value, given.min_value, given.max_value].every((each) => !each?.includes('.')),
    { message: 'must be whole without is_decimal_allowed' },
  )
  .refine(
    ({ min_value: min, initial_value: initial, max_value: max }) => {
      const given = [min, initial, max].flatMap((each) => (each === undefined ? [] : [Number(each)]));
      return given.every((each, index) => index === 0 || (given[index - 1] ?? each) <= each);
    },
    { message: 'min_value, initial_value and max_value must be in order' },
  );

/** What an image element and an image block have in common. */
export const picture = {
  type: z.literal('image'),
  image_url: webAddress.optional(),
  /** https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object */
  slack_file: z
    .union([z.strictObject({ id: z.string().regex(/^F[A-Z0-9]+$/) }), z.strictObject({ url: webAddress })])
    .optional(),
  /** The block's limit; for the element none is written down. */
  alt_text: words(2000),
};

export function hasOneSource(given: { readonly image_url?: unknown; readonly slack_file?: unknown }): boolean {
  return (given.image_url === undefined) !== (given.slack_file === undefined);
}

export const oneSource = { message: 'an image has an image_url or a slack_file, and not both' };

/** https://docs.slack.dev/reference/block-kit/block-elements/image-element */
export const imageElement = z.strictObject(picture).refine(hasOneSource, oneSource);

/** Which element may stand where: https://docs.slack.dev/reference/block-kit/block-elements */
export const actionElement = z.discriminatedUnion('type', [button, staticSelect, radioButtons, checkboxes]);

export const accessory = z.discriminatedUnion('type', [
  button,
  imageElement,
  staticSelect,
  multiStaticSelect,
  radioButtons,
  checkboxes,
]);

export const inputElement = z.discriminatedUnion('type', [
  plainTextInput,
  numberInput,
  staticSelect,
  multiStaticSelect,
  radioButtons,
  checkboxes,
]);

export function unique(texts: readonly (string | undefined)[]): boolean {
  const given = texts.filter((each) => each !== undefined);
  return new Set(given).size === given.length;
}
