import type { InputBlock, ModalView, PlainTextOption } from '@slack/web-api';
import type { OpenField, OpenForm } from '../../core/language/answer.ts';
import { cut } from '../../core/language/text-limits.ts';
import type { Words } from '../../core/language/words/words.ts';
import { assertNever } from '../../core/values/errors.ts';
import { nameOf, readName } from './names.ts';
import type { Part } from './render.ts';
import { plainText } from './rich-text.ts';

/** Slack's limits of a modal: https://docs.slack.dev/reference/views/modal-views */
const limits = { title: 24, button: 24, label: 2_000, text: 3_000, options: 100, option: 75, blocks: 100 } as const;

/** The data that Slack returns with a form, besides its answers. */
export interface Metadata {
  readonly token: string;
  readonly step: number;
  readonly answerAt: AnswerAt;
}

/** Where to show the answer to a form: both are null outside a channel and a DM channel. */
export interface AnswerAt {
  /** A response_url. */
  readonly respondAt: string | null;
  /** The ID of a DM channel. */
  readonly chat: string | null;
}

export const formId = 'form';
/** A modal without inputs. */
export const shownId = 'shown';

/** One page of a form: pickers where the values are known, text inputs elsewhere. */
export function toModal(form: OpenForm, answerAt: AnswerAt, words: Words): ModalView {
  const { step, stepCount, token } = form;
  const pages = stepCount === 1 ? '' : ` (${step + 1}/${stepCount})`;
  const metadata: Metadata = { token, step, answerAt };
  return {
    type: 'modal',
    callback_id: formId,
    private_metadata: JSON.stringify(metadata),
    title: plainText(`${cut(form.title, limits.title - pages.length)}${pages}`, limits.title),
    submit: plainText(words.text('form.send'), limits.button),
    close: plainText(words.text('form.cancel'), limits.button),
    blocks: form.fields.map((asked) => ({
      type: 'input',
      block_id: asked.name,
      optional: !asked.field.required,
      label: plainText(asked.label, limits.label),
      hint: plainText(asked.hint, limits.label),
      element: input(asked, words),
    })),
  };
}

type Input = InputBlock['element'];

function input(asked: OpenField, words: Words): Input {
  const { field, label, given } = asked;
  switch (field.kind) {
    case 'integer': {
      const { min, max } = field;
      if (max - min >= limits.options) return typed(asked, limits.text, false);
      const values = Array.from({ length: max - min + 1 }, (_, i) => min + i);
      return picked(
        asked,
        values.map((value) => [String(value), words.text('scale.step', { label, value, max })]),
      );
    }
    case 'choice':
      return picked(asked, named(field.choices, words));
    case 'choices':
      return severalPicked(asked, named(field.choices, words));
    case 'flag':
      return picked(asked, [
        ['yes', words.text('choice.yes')],
        ['no', words.text('choice.no')],
      ]);
    case 'group':
      return typed(asked, limits.text, false);
    case 'channel':
      return {
        type: 'channels_select',
        action_id: 'answer',
        ...(given !== '' && { initial_channel: readName(given).id }),
      };
    case 'date':
      return { type: 'datepicker', action_id: 'answer', ...(isDate(given) && { initial_date: given }) };
    case 'time':
      return { type: 'timepicker', action_id: 'answer', ...(isTime(given) && { initial_time: given }) };
    case 'text':
      return typed(asked, field.maxLength, field.multiline);
    default:
      return assertNever(field);
  }
}

/** Slack refuses a modal with an initial value in any other format. */
function isDate(given: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(given);
}

function isTime(given: string): boolean {
  return /^\d{2}:\d{2}$/.test(given);
}

type Option = readonly [value: string, label: string];

function named(choices: readonly { value: string; label: Parameters<Words['text']>[0] }[], words: Words): Option[] {
  return choices.map(({ value, label }) => [value, words.text(label as 'choice.yes')]);
}

function typed({ given }: OpenField, maxLength: number, multiline: boolean): Input {
  const most = Math.min(maxLength, limits.text);
  return {
    type: 'plain_text_input',
    action_id: 'answer',
    multiline,
    max_length: most,
    ...(given !== '' && { initial_value: given.slice(0, most) }),
  };
}

function picked({ given }: OpenField, all: readonly Option[]): Input {
  const options = all.map(optionOf);
  const before = options.find(({ value }) => value === given);
  return {
    type: 'static_select',
    action_id: 'answer',
    options,
    ...(before !== undefined && { initial_option: before }),
  };
}

function severalPicked({ given }: OpenField, all: readonly Option[]): Input {
  const options = all.map(optionOf);
  const before = options.filter(({ value }) => given.split(', ').includes(value ?? ''));
  return {
    type: 'multi_static_select',
    action_id: 'answer',
    options,
    ...(before.length > 0 && { initial_options: before }),
  };
}

function optionOf([value, label]: Option): PlainTextOption {
  return { text: plainText(label, limits.option), value };
}

/** An answer as a modal; null if it does not fit into one. */
export function shownModal([first, ...others]: readonly [Part, ...Part[]], words: Words): ModalView | null {
  if (others.length > 0 || first.kind !== 'blocks' || first.blocks.length > limits.blocks) return null;
  return {
    type: 'modal',
    callback_id: shownId,
    title: plainText(words.text('slack.name'), limits.title),
    close: plainText(words.text('slack.close'), limits.button),
    blocks: [...first.blocks],
  };
}

/** The submitted state of a field. */
interface State {
  readonly value?: string | null;
  readonly selected_option?: { readonly value?: string } | null;
  readonly selected_options?: readonly { readonly value?: string }[];
  readonly selected_channel?: string | null;
  readonly selected_date?: string | null;
  readonly selected_time?: string | null;
}

/** The submitted values by field. Several picks are joined as they would be typed: "tired, lonely". */
export function answersIn(
  values: Readonly<Record<string, Readonly<Record<string, State>>>>,
  team: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, block]) => {
      const [state] = Object.values(block);
      const several = state?.selected_options?.map(({ value }) => value ?? '').join(', ');
      const { selected_channel: picked, selected_date: date, selected_time: time } = state ?? {};
      const channel = picked == null ? null : nameOf(team, picked);
      return [name, several ?? state?.selected_option?.value ?? channel ?? date ?? time ?? state?.value ?? ''];
    }),
  );
}

/** Null if someone else made this modal. */
export function readMetadata(text: string): Metadata | null {
  try {
    const { token, step, answerAt } = JSON.parse(text) as Partial<Metadata>;
    if (typeof token !== 'string' || typeof step !== 'number') return null;
    return { token, step, answerAt: answerAt ?? { respondAt: null, chat: null } };
  } catch {
    return null;
  }
}
