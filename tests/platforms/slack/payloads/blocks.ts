import { z } from 'zod';
import {
  accessory,
  actionElement,
  hasOneSource,
  imageElement,
  inputElement,
  oneSource,
  picture,
  unique,
} from './elements.ts';
import { richText, wordsOfRichText } from './rich-text.ts';
import { anyText, mrkdwn, plainText } from './text.ts';

/** Blocks, with the limits of https://docs.slack.dev/reference/block-kit/blocks */

const block_id = z.string().min(1).max(255).optional();

/** https://docs.slack.dev/reference/block-kit/blocks/section-block */
const section = z
  .strictObject({
    type: z.literal('section'),
    block_id,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, 'a section has a text or fields');

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const header = z.strictObject({ type: z.literal('header'), block_id, text: plainText(150) });

/** https://docs.slack.dev/reference/block-kit/blocks/context-block */
const context = z.strictObject({
  type: z.literal('context'),
  block_id,
  elements: z
    .array(z.discriminatedUnion('type', [plainText(), mrkdwn(), imageElement]))
    .min(1)
    .max(10),
});

/** https://docs.slack.dev/reference/block-kit/blocks/divider-block */
const divider = z.strictObject({ type: z.literal('divider'), block_id });

/** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
const actions = z.strictObject({
  type: z.literal('actions'),
  block_id,
  elements: z
    .array(actionElement)
    .min(1)
    .max(25)
    .refine((all) => unique(all.map((each) => each.action_id)), 'action_id must be unique in a block'),
});

/** https://docs.slack.dev/reference/block-kit/blocks/image-block */
const image = z
  .strictObject({ ...picture, block_id, title: plainText(2000).optional() })
  .refine(hasOneSource, oneSource);

/** https://docs.slack.dev/reference/block-kit/blocks/input-block */
const input = z.strictObject({
  type: z.literal('input'),
  block_id,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});

const block = z.discriminatedUnion('type', [section, header, context, divider, actions, image, input, richText]);

export type Block = z.infer<typeof block>;

export function blockList(most: number) {
  return z
    .array(block)
    .max(most)
    .refine((all) => unique(all.map((each) => each.block_id)), 'block_id must be unique in a payload');
}

/** Blocks as they were sent: reading them never throws, whatever they are. */
type Sent = Readonly<Record<string, unknown>>;

/** Every text that a reader sees, in order, as it was sent. */
export function wordsOfBlocks(blocks: unknown): string[] {
  return listOf(blocks).flatMap((each) =>
    each['type'] === 'rich_text'
      ? wordsOfRichText(each)
      : [
          ...textOf(each['text']),
          ...listOf(each['fields']).flatMap(textOf),
          ...(each['type'] === 'image' ? wordsOfElement(each) : []),
          ...textOf(each['title']),
          ...textOf(each['label']),
          ...textOf(each['hint']),
          ...elementsIn(each).flatMap(wordsOfElement),
        ],
  );
}

function wordsOfElement(each: Sent): string[] {
  return [
    ...textOf(each),
    ...textOf(each['text']),
    ...stringOf(each['url']),
    ...stringOf(each['alt_text']),
    ...textOf(each['placeholder']),
    ...stringOf(each['initial_value']),
    ...listOf(each['options']).flatMap((option) => [...textOf(option['text']), ...textOf(option['description'])]),
  ];
}

export interface SentButton {
  readonly label: string;
  readonly value: string | null;
  readonly actionId: string | null;
  readonly blockId: string | null;
  readonly url: string | null;
}

export function buttonsOfBlocks(blocks: unknown): SentButton[] {
  return placed(blocks, ['button']).map(({ element, ids }) => ({
    ...ids,
    label: textOf(element['text'])[0] ?? '',
    value: stringOf(element['value'])[0] ?? null,
    url: stringOf(element['url'])[0] ?? null,
  }));
}

export interface SentSelect {
  readonly placeholder: string | null;
  readonly actionId: string | null;
  readonly blockId: string | null;
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

export function selectsOfBlocks(blocks: unknown): SentSelect[] {
  return placed(blocks, ['static_select', 'multi_static_select']).map(({ element, ids }) => ({
    ...ids,
    placeholder: textOf(element['placeholder'])[0] ?? null,
    options: listOf(element['options']).map((option) => ({
      label: textOf(option['text'])[0] ?? '',
      value: stringOf(option['value'])[0] ?? '',
    })),
  }));
}

function placed(blocks: unknown, types: readonly unknown[]) {
  return listOf(blocks).flatMap((each) =>
    elementsIn(each)
      .filter(({ type }) => types.includes(type))
      .map((element) => ({
        element,
        ids: {
          actionId: stringOf(element['action_id'])[0] ?? null,
          blockId: stringOf(each['block_id'])[0] ?? null,
        },
      })),
  );
}

export function elementsIn(each: Sent): readonly Sent[] {
  return listOf([each['accessory'], ...listOf(each['elements']), each['element']]);
}

function listOf(given: unknown): readonly Sent[] {
  if (!Array.isArray(given)) return [];
  return given.filter((each): each is Sent => typeof each === 'object' && each !== null);
}

/** The text of a text object. */
function textOf(given: unknown): string[] {
  return listOf([given]).flatMap(({ text }) => stringOf(text));
}

function stringOf(given: unknown): string[] {
  return typeof given === 'string' ? [given] : [];
}
