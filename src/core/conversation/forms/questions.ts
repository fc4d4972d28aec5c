import { z } from 'zod';
import { cravingNow } from '../../coping/buttons.ts';
import type { OpenForm } from '../../language/answer.ts';
import { type Field, type Fields, type Problem, parseFields } from '../../language/field.ts';
import { type ActionButton, actions, type Block, small, text, type View, view } from '../../language/view.ts';
import type { Words } from '../../language/words/words.ts';
import { aMeeting } from '../../meetings/buttons.ts';
import { aPerson, getHelpNow } from '../../safety/buttons.ts';
import { assertNever } from '../../values/errors.ts';
import type { Form, FormCall } from '../define.ts';
import { answerField, cancelForm, skipField } from './buttons.ts';

/**
 * A form is asked in steps: its own pages, or one field at a time on a platform without forms. The draft holds the
 * answers so far and survives a restart; a form that is submitted whole and valid needs none.
 */
export interface FormDraft {
  readonly token: string;
  readonly step: number;
  /** Raw answers, parsed at each step, and all together at the end. */
  readonly answers: Readonly<Record<string, unknown>>;
}

const formDraft = z.strictObject({
  token: z.string(),
  step: z.number().int().min(0),
  answers: z.record(z.string(), z.unknown()),
});

/** How long an unfinished form is stored. */
export const draftHours = 24;

/** Returns null for an unreadable draft of another version, which then counts as no draft. */
export function readDraft(payload: string): FormDraft | null {
  const read = formDraft.safeParse(JSON.parse(payload));
  return read.success ? read.data : null;
}

/** The names of the fields in each step. */
export function stepsOf(form: Form, fieldsPerForm: number): readonly (readonly string[])[] {
  return fieldsPerForm === 0 ? form.pages.flat().map((name) => [name]) : form.pages;
}

/** Returns the problems of one step's answers. A field of another step is a problem too. */
export function problemsOf(
  form: Form,
  names: readonly string[],
  answers: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  const fields: Fields = Object.fromEntries(names.map((name) => [name, fieldOf(form, name)]));
  const parsed = parseFields(fields, answers);
  return parsed.ok ? [] : parsed.problems;
}

export function openForm({ form, token }: FormCall, step: number, given: FormDraft['answers'], words: Words): OpenForm {
  const names = form.pages[step] ?? [];
  return {
    token,
    step,
    stepCount: form.pages.length,
    title: words.text(form.title),
    fields: names.map((name) => {
      const field = fieldOf(form, name);
      return { name, field, label: words.text(field.label), hint: words.text(field.hint), given: asGiven(given[name]) };
    }),
  };
}

function asGiven(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

// ---- one question at a time

export function question(form: Form, step: number, names: readonly string[], words: Words, problem?: string): View {
  const field = fieldOf(form, names[0] ?? '');
  const count = form.pages.flat().length;
  return view(
    problem === undefined ? null : text(problem),
    text(words.rich('form.question', { label: words.text(field.label), step: step + 1, count })),
    small(words.text(field.hint)),
    ...offered(field, (label, value) => answerField.labelled(label, form.id, step, value), words),
    {
      kind: 'actions',
      buttons: [
        ...(field.required ? [] : [skipField.labelled(words.text('form.skip'), form.id, step)]),
        cancelForm.labelled(words.text('form.cancel')),
        getHelpNow(words),
      ],
    },
    // The person may have written something other than an answer, and need something other than a form.
    problem === undefined
      ? []
      : [small(words.text('form.aside')), actions(cravingNow(words), aPerson(words), aMeeting(words))],
  );
}

/** The buttons that replace typing. */
function offered(field: Field, pick: (label: string, value: string) => ActionButton, words: Words): readonly Block[] {
  const label = words.text(field.label);
  switch (field.kind) {
    case 'integer': {
      const values = Array.from({ length: field.max - field.min + 1 }, (_, i) => field.min + i);
      const steps = values.map((value) => ({
        ...pick(words.text('scale.step', { label, value, max: field.max }), String(value)),
        value,
      }));
      return [{ kind: 'scale', label, steps }];
    }
    case 'choice':
    case 'choices':
      return [{ kind: 'choice', label, options: field.choices.map((one) => pick(words.text(one.label), one.value)) }];
    case 'flag':
      return [
        { kind: 'actions', buttons: [pick(words.text('choice.yes'), 'yes'), pick(words.text('choice.no'), 'no')] },
      ];
    case 'text':
    case 'group':
    case 'channel':
    case 'date':
    case 'time':
      return [];
    default:
      return assertNever(field);
  }
}

function fieldOf(form: Form, name: string): Field {
  const field = form.fields[name];
  if (field === undefined) throw new Error(`The form ${form.id} has no field ${name}`);
  return field;
}
