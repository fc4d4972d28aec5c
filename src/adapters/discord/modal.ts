import {
  type APIChannelSelectComponent,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  type APIStringSelectComponent,
  ComponentType,
  type ModalSubmitComponent,
  SelectMenuDefaultValueType,
  TextInputStyle,
} from 'discord.js';
import type { OpenField, OpenForm } from '../../core/language/answer.ts';
import type { Field } from '../../core/language/field.ts';
import { cut } from '../../core/language/text-limits.ts';
import type { Words } from '../../core/language/words/words.ts';
import { assertNever } from '../../core/values/errors.ts';
import { postable } from './commands.ts';
import { modalId } from './custom-id.ts';

/** Discord's limits of a modal: https://discord.com/developers/docs/components/reference#label */
const limits = { title: 45, label: 45, description: 100, text: 4_000, options: 25 } as const;

/** One page of a form: select menus where the values are known, text inputs elsewhere. */
export function toModal(form: OpenForm, words: Words): APIModalInteractionResponseCallbackData {
  const { step, stepCount, token } = form;
  return {
    custom_id: modalId(step, token),
    title: cut(stepCount === 1 ? form.title : `${form.title} (${step + 1}/${stepCount})`, limits.title),
    components: form.fields.map((asked) => ({
      type: ComponentType.Label,
      label: cut(asked.label, limits.label),
      description: cut(asked.hint, limits.description),
      component: input(asked, words),
    })),
  };
}

function input(asked: OpenField, words: Words): APILabelComponent['component'] {
  const { field, label } = asked;
  switch (field.kind) {
    case 'integer': {
      const { min, max } = field;
      if (max - min >= limits.options) return typed(asked, String(min).length + String(max).length);
      const values = Array.from({ length: max - min + 1 }, (_, i) => min + i);
      const named = values.map((value) => [String(value), words.text('scale.step', { label, value, max })] as const);
      return picked(asked, named, 1);
    }
    case 'choice':
      return picked(asked, named(field.choices, words), 1);
    case 'choices':
      return picked(asked, named(field.choices, words), field.choices.length);
    case 'flag':
      return picked(asked, [['yes', words.text('choice.yes')] as const, ['no', words.text('choice.no')] as const], 1);
    case 'group':
    case 'date':
    case 'time':
      return typed(asked, limits.description);
    case 'channel':
      return channelPicked(asked);
    case 'text':
      return typed(asked, field.maxLength, field.multiline);
    default:
      return assertNever(field);
  }
}

function typed(
  { name, field, given }: OpenField,
  maxLength: number,
  multiline = false,
): APILabelComponent['component'] {
  const most = Math.min(maxLength, limits.text);
  return {
    type: ComponentType.TextInput,
    custom_id: name,
    style: multiline ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.required,
    max_length: most,
    ...(given !== '' && { value: given.slice(0, most) }),
  };
}

function picked(
  { name, field, given }: OpenField,
  options: readonly (readonly [value: string, label: string])[],
  most: number,
): APIStringSelectComponent {
  const before = given.split(', ');
  return {
    type: ComponentType.StringSelect,
    custom_id: name,
    required: field.required,
    min_values: field.required ? 1 : 0,
    max_values: most,
    options: options.map(
      ([value, label]): APISelectMenuOption => ({ value, label: cut(label, 100), default: before.includes(value) }),
    ),
  };
}

function channelPicked({ name, field, given }: OpenField): APIChannelSelectComponent {
  return {
    type: ComponentType.ChannelSelect,
    custom_id: name,
    required: field.required,
    min_values: field.required ? 1 : 0,
    max_values: 1,
    channel_types: [...postable],
    ...(given !== '' && { default_values: [{ id: given, type: SelectMenuDefaultValueType.Channel }] }),
  };
}

function named(choices: (Field & { kind: 'choice' })['choices'], words: Words) {
  return choices.map(({ value, label }) => [value, words.text(label)] as const);
}

/** The submitted values by field. Several picks are joined as they would be typed: "tired, lonely". */
export function answersIn(components: readonly unknown[]): Readonly<Record<string, string>> {
  const inputs = (components as readonly Submitted[]).flatMap((each) => {
    if ('component' in each) return [each.component];
    return 'components' in each ? each.components : [];
  });
  return Object.fromEntries(
    inputs.map((each) => [
      each.custom_id,
      'values' in each ? each.values.join(', ') : 'value' in each ? String(each.value) : '',
    ]),
  );
}

type Submitted =
  | { readonly component: ModalSubmitComponent }
  | { readonly components: readonly ModalSubmitComponent[] }
  | { readonly type: ComponentType.TextDisplay };
