import { z } from 'zod';
import { type ClockTime, type Day, dayText, midnight } from '../values/time.ts';
import type { MessageKey, Words } from './words/words.ts';

/**
 * An option of a command or a field of a form. The kinds are a closed union, so that each platform can show every one
 * natively (a number picker, a select menu, a text box, a question), and `schema` parses the answer once.
 */
export type Field =
  | IntegerField
  | TextField
  | ChoiceField
  | ChoicesField
  | FlagField
  | GroupField
  | ChannelField
  | DateField
  | TimeField;

interface FieldOf<T> {
  readonly label: MessageKey;
  readonly hint: MessageKey;
  readonly schema: z.ZodType<T>;
  readonly required: boolean;
  /** The sentence for an invalid value. */
  problem(words: Words, raw: unknown): string;
}

export interface IntegerField extends FieldOf<number> {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
}

export interface TextField<T = unknown> extends FieldOf<T> {
  readonly kind: 'text';
  readonly maxLength: number;
  readonly multiline: boolean;
  /** Suggests at most 25 values for the typed text, best first. null: free text without suggestions. */
  readonly complete: Complete | null;
}

export type Complete = (typed: string, words: Words) => readonly Suggestion[];

export interface Suggestion {
  readonly value: string;
  readonly label: string;
}

export interface ChoiceField<V extends string = string> extends FieldOf<V> {
  readonly kind: 'choice';
  readonly choices: readonly Choice<V>[];
}

export interface ChoicesField<V extends string = string> extends FieldOf<V[]> {
  readonly kind: 'choices';
  readonly choices: readonly Choice<V>[];
}

export interface FlagField extends FieldOf<boolean> {
  readonly kind: 'flag';
}

/** A role or user group, by the platform's identifier. null: none, from the word "none". */
export interface GroupField extends FieldOf<string | null> {
  readonly kind: 'group';
}

/**
 * A channel or thread. The platform says whether it lies in the community and whether the bot may post there:
 * `Rights.mayPost`.
 */
export interface ChannelField extends FieldOf<GivenChannel> {
  readonly kind: 'channel';
}

/** The word "here" (where it is asked), the word "none", or a channel by the platform's identifier. */
export type GivenChannel = 'here' | 'none' | { readonly channel: string };

/** A calendar date, without a zone. */
export interface DateField extends FieldOf<Day> {
  readonly kind: 'date';
}

/** A wall-clock time in whole minutes, without a zone. */
export interface TimeField extends FieldOf<ClockTime> {
  readonly kind: 'time';
}

export interface Choice<V extends string = string> {
  readonly value: V;
  readonly label: MessageKey;
}

export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F> = F extends FieldOf<infer T> ? T : never;
type RequiredIn<F extends Fields> = { [K in keyof F]: F[K] extends { required: true } ? K : never }[keyof F];
export type Values<F extends Fields> = {
  readonly [K in Exclude<keyof F, RequiredIn<F>>]?: ValueOf<F[K]> | undefined;
} & { readonly [K in RequiredIn<F>]: ValueOf<F[K]> };

interface About {
  readonly label: MessageKey;
  readonly hint: MessageKey;
  readonly required?: boolean;
}

export function integer(about: About & { min: number; max: number }): IntegerField {
  const { min, max } = about;
  const digits = z
    .string()
    .trim()
    .regex(/^-?\d{1,9}$/)
    .transform(Number);
  return {
    required: false,
    ...about,
    kind: 'integer',
    schema: z.union([z.number(), digits]).pipe(z.number().int().min(min).max(max)),
    problem: (words, raw) =>
      words.text('problem.integer', { field: words.text(about.label), min, max, given: shown(raw) }),
  };
}

export function text(about: About & { maxLength: number; multiline?: boolean }): TextField<string> {
  const { maxLength } = about;
  return {
    required: false,
    multiline: false,
    complete: null,
    ...about,
    kind: 'text',
    schema: z.string().trim().min(1).max(maxLength),
    problem: (words, raw) =>
      words.text('problem.text', { field: words.text(about.label), max: maxLength, length: String(raw).length }),
  };
}

/**
 * A short text that is parsed: a zone, a date, a country. `as` parses it; `problem` says what would fit; `complete`
 * suggests values while it is typed.
 */
export function parsed<T, R extends boolean = false>(
  about: Omit<About, 'required'> & {
    as: z.ZodType<T, string>;
    problem: ProblemWithGiven;
    complete?: Complete;
    required?: R;
  },
): TextField<T> & { readonly required: R } {
  const { as, problem, complete = null, required = false as R, ...rest } = about;
  return {
    required,
    multiline: false,
    maxLength: 100,
    complete,
    ...rest,
    kind: 'text',
    schema: z.string().trim().max(100).pipe(as),
    problem: (words, raw) => words.text(problem, { given: shown(raw) }),
  };
}
type ProblemWithGiven = 'problem.zone' | 'problem.date' | 'problem.country' | 'problem.day-end' | 'problem.quiet';

export function choice<const V extends string>(about: About & { choices: readonly Choice<V>[] }): ChoiceField<V> {
  return {
    required: false,
    ...about,
    kind: 'choice',
    schema: z
      .string()
      .trim()
      .toLowerCase()
      .pipe(z.enum(valuesOf(about.choices))),
    problem: (words, raw) =>
      words.text('problem.choice', {
        field: words.text(about.label),
        choices: words.list(valuesOf(about.choices)),
        given: shown(raw),
      }),
  };
}

/** Any number of choices. Typed choices are separated by commas or spaces. */
export function choices<const V extends string>(about: About & { choices: readonly Choice<V>[] }): ChoicesField<V> {
  const one = z.enum(valuesOf(about.choices));
  const typed = z.string().transform((line) =>
    line
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((word) => word !== ''),
  );
  return {
    required: false,
    ...about,
    kind: 'choices',
    schema: z
      .union([z.array(z.string()), typed])
      .pipe(z.array(one))
      .transform((values) => [...new Set(values)]),
    problem: (words, raw) =>
      words.text('problem.choices', {
        field: words.text(about.label),
        choices: words.list(valuesOf(about.choices)),
        given: shown(raw),
      }),
  };
}

const yes = ['yes', 'y', 'true', 'on', '1'];
const no = ['no', 'n', 'false', 'off', '0'];

export function flag(about: About): FlagField {
  return {
    required: false,
    ...about,
    kind: 'flag',
    schema: z.union([
      z.boolean(),
      z
        .string()
        .trim()
        .toLowerCase()
        .pipe(z.enum([...yes, ...no]))
        .transform((word) => yes.includes(word)),
    ]),
    problem: (words, raw) => words.text('problem.flag', { field: words.text(about.label), given: shown(raw) }),
  };
}

export function group(about: About): GroupField {
  const none = z
    .string()
    .regex(/^none$/i)
    .transform(() => null);
  const identifier = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
  return {
    required: false,
    ...about,
    kind: 'group',
    schema: z
      .string()
      .trim()
      .pipe(z.union([none, identifier])),
    problem: (words, raw) => words.text('problem.group', { field: words.text(about.label), given: shown(raw) }),
  };
}

/** "1234567890", "-1001234567890"; on Slack "T0123/C0123". */
export const channelIdentifier = z.string().regex(/^[A-Za-z0-9_-]{1,64}(?:\/[A-Za-z0-9_]{1,64})?$/);

export function channel(about: About): ChannelField {
  const word = z
    .string()
    .toLowerCase()
    .pipe(z.enum(['here', 'none']));
  const identifier = channelIdentifier.transform((given) => ({ channel: given }));
  return {
    required: false,
    ...about,
    kind: 'channel',
    schema: z
      .string()
      .trim()
      .pipe(z.union([word, identifier])),
    problem: (words, raw) => words.text('problem.channel', { field: words.text(about.label), given: shown(raw) }),
  };
}

export function date(about: About): DateField {
  return {
    required: false,
    ...about,
    kind: 'date',
    schema: z.string().trim().pipe(dayText),
    problem: (words, raw) => words.text('problem.date', { given: shown(raw) }),
  };
}

/** "9:00", "09:00", "9", "9 pm", "21:30". */
const typedTime = /^(?<hour>\d{1,2})(?:[:.](?<minute>[0-5]\d))?\s*(?<half>am|pm)?$/i;

export function timeOfDay(about: About): TimeField {
  return {
    required: false,
    ...about,
    kind: 'time',
    schema: z
      .string()
      .trim()
      .transform((typed, context): ClockTime => {
        const time = clockTimeOf(typed);
        if (time === null) context.addIssue('No time of day');
        return time ?? midnight;
      }),
    problem: (words, raw) => words.text('problem.time', { given: shown(raw) }),
  };
}

function clockTimeOf(typed: string): ClockTime | null {
  const { hour, minute = '00', half } = typedTime.exec(typed)?.groups ?? {};
  if (hour === undefined) return null;
  const given = Number(hour);
  if (half !== undefined && (given < 1 || given > 12)) return null;
  const hours = half === undefined ? given : (given % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return hours > 23 ? null : (`${String(hours).padStart(2, '0')}:${minute}` as ClockTime);
}

function valuesOf<V extends string>(choices: readonly Choice<V>[]): [V, ...V[]] {
  return choices.map(({ value }) => value) as [V, ...V[]];
}

/** The given value, shortened for a sentence. */
function shown(raw: unknown): string {
  const given = Array.isArray(raw) ? raw.join(', ') : String(raw);
  return given.length > 40 ? `${given.slice(0, 40)}…` : given;
}

export interface Problem {
  readonly field: string;
  readonly sentence: (words: Words) => string;
}

export type Parsed<F extends Fields> =
  | { readonly ok: true; readonly values: Values<F> }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Parses raw values. Absent, null and "" count as not given. */
export function parseFields<F extends Fields>(fields: F, raw: Readonly<Record<string, unknown>>): Parsed<F> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(fields, name)) {
      problems.push({
        field: name,
        sentence: (words) =>
          words.text('problem.unknown-option', {
            given: shown(name),
            options: words.list(Object.keys(fields)) || 'none',
          }),
      });
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (given === undefined || given === null || given === '') {
      if (field.required) {
        problems.push({
          field: name,
          sentence: (words) => words.text('problem.missing', { field: words.text(field.label) }),
        });
      }
      continue;
    }
    const result = field.schema.safeParse(given);
    if (result.success) values[name] = result.data;
    else problems.push({ field: name, sentence: (words) => field.problem(words, given) });
  }
  return problems.length === 0 ? { ok: true, values: values as Values<F> } : { ok: false, problems };
}
