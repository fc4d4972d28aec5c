import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { Audience, KeepsIn, Outcome, Urgency } from '../language/answer.ts';
import { type Fields, type Parsed, parseFields, type Values } from '../language/field.ts';
import type { Place } from '../language/request.ts';
import { writeToken } from '../language/token.ts';
import type { ActionButton } from '../language/view.ts';
import type { MessageKey, Words } from '../language/words/words.ts';
import type { Member } from '../members/member.ts';
import type { Person } from '../members/person.ts';
import type { StoreWrites } from '../ports.ts';
import type { Temporal } from '../values/time.ts';

/** What every handler is given: who asks, where and when, and the one way to change something. */
export interface Context {
  readonly person: Person;
  readonly place: Place;
  readonly now: Temporal.Instant;
  readonly words: Words;
  /** From 0 up to 1, by chance, and the same when the request comes again. */
  readonly chance: number;
  /**
   * Changes something, all of it or nothing. The answer is remembered in the same transaction, so that a platform's
   * repeat of the request changes nothing and is answered the same. `work` may run twice; it has no other effect.
   */
  commit(work: (tx: StoreWrites, member: Member) => Promise<Outcome>): Promise<Outcome>;
}

/** Who may ask. A moderator is someone of whom the platform says so, checked at each use. */
export type Role = 'anyone' | 'moderator';

interface Common {
  readonly role: Role;
  /** Known before the handler runs: Discord fixes privacy at acknowledgement. */
  readonly audience: Audience;
  /** false: answered without the database too, and what the person has not said is then unknown. */
  readonly needsStorage: boolean;
  readonly urgency: Urgency;
  readonly keepsIn: KeepsIn;
}

const usual: Common = { role: 'anyone', audience: 'private', needsStorage: true, urgency: 'usual', keepsIn: 'here' };

/** A request whose words fit its definition: ready to run. */
interface Ready {
  /** The form to open instead of running. Decided from the request alone: a modal must be the first response. */
  readonly opens: FormCall | null;
  run(context: Context, deps: Deps): Promise<Outcome>;
}

export type Prepared = ({ readonly ok: true } & Ready) | Extract<Parsed<Fields>, { ok: false }>;

/** A form to open, with the arguments that it will come back with. */
export interface FormCall {
  readonly form: Form;
  readonly token: string;
}

// ---- commands

export interface Command extends Common {
  /** The button that an address with this command shows in its place, because running it would change something. */
  readonly linkShows: ((words: Words) => ActionButton) | null;
  /** Letters, digits and underscores, at most 32 (Telegram). */
  readonly name: string;
  readonly summary: MessageKey;
  readonly options: Fields;
  prepare(raw: Readonly<Record<string, unknown>>): Prepared;
}

export function defineCommand<const F extends Fields>(
  definition: Partial<Common> & {
    name: string;
    summary: MessageKey;
    options: F;
    linkShows?: (words: Words) => ActionButton;
    opens?: (options: Values<F>) => FormCall | null;
    run(invocation: Context & { readonly options: Values<F> }, deps: Deps): Promise<Outcome>;
  },
): Command {
  const { name, summary, options, linkShows = null, opens = () => null, run, ...common } = definition;
  return {
    ...usual,
    ...common,
    linkShows,
    name,
    summary,
    options,
    prepare(raw) {
      const parsed = parseFields(options, raw);
      if (!parsed.ok) return parsed;
      const { values } = parsed;
      return {
        ok: true,
        opens: opens(values),
        run: (context, deps) => run({ ...context, options: values }, deps),
      };
    },
  };
}

// ---- actions: buttons and entries of menus

/** An argument of a token: text there, parsed here. */
type ArgTypes = readonly z.ZodType<unknown, string>[];
type ArgsOf<A extends ArgTypes> = { readonly [I in keyof A]: z.output<A[I]> };
type Writable<A extends ArgTypes> = { readonly [I in keyof A]: Written<z.output<A[I]>> };
type Written<T> = T extends string | number | null ? T : string;

/**
 * What an address with this button does, because anyone may have written it: 'opens' runs an action that changes
 * nothing; `confirms` shows the button again with a label that says what pressing it will do, at most 75 characters.
 */
type Link<A extends ArgTypes> = 'opens' | { confirms(words: Words, ...args: ArgsOf<A>): string };

/** `link`: as in the definition, with the arguments in it. null: no address leads there. */
type PreparedAction =
  | ({ readonly ok: true; readonly link: 'opens' | ((words: Words) => string) | null } & Ready)
  | Extract<Prepared, { ok: false }>;

export interface Action extends Common {
  readonly route: string;
  /** A new message, or in place of the one with the button. */
  readonly answers: 'new' | 'replace';
  prepare(raw: readonly string[]): PreparedAction;
}

interface TypedAction<A extends ArgTypes> extends Action {
  button(label: string, ...args: Writable<A>): ActionButton;
}

export function defineAction<const A extends ArgTypes>(
  definition: Partial<Common> & {
    route: string;
    args: A;
    answers?: 'new' | 'replace';
    link?: Link<A>;
    opens?: (...args: ArgsOf<A>) => FormCall | null;
    run(invocation: Context & { readonly args: ArgsOf<A> }, deps: Deps): Promise<Outcome>;
  },
): TypedAction<A> {
  const { route, args: types, answers = 'new', link = null, opens = () => null, run, ...common } = definition;
  const tuple = tupleOf(types);
  return {
    ...usual,
    ...common,
    route,
    answers,
    button: (label, ...args) => ({
      kind: 'action',
      label,
      token: writeToken(
        route,
        args.map((arg) => arg ?? ''),
      ),
    }),
    prepare(raw) {
      const parsed = tuple.safeParse(raw);
      if (!parsed.success) return { ok: false, problems: [] };
      const args = parsed.data;
      return {
        ok: true,
        link: link === null || link === 'opens' ? link : (words) => link.confirms(words, ...args),
        opens: opens(...args),
        run: (context, deps) => run({ ...context, args }, deps),
      };
    },
  };
}

/** A button that opens a form, whatever its arguments. */
export function defineFormDoor<const A extends ArgTypes>(
  definition: Partial<Common> & {
    route: string;
    args: A;
    link?: Exclude<Link<A>, 'opens'>;
    opens: (...args: ArgsOf<A>) => FormCall;
  },
): TypedAction<A> {
  return defineAction({
    ...definition,
    run: () => Promise.reject(new Error(`${definition.route} opens a form, and runs nothing itself`)),
  });
}

/** As many arguments as there are types, and no more. */
function tupleOf<A extends ArgTypes>(types: A): z.ZodType<ArgsOf<A>> {
  return z.tuple(types as unknown as [z.ZodType, ...z.ZodType[]]) as unknown as z.ZodType<ArgsOf<A>>;
}

/** A whole number in a token. */
export function wholeArg(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

/** Something that may be absent from a token: written as "". */
export function maybeArg<T>(type: z.ZodType<T, string>) {
  return z.union([z.literal('').transform(() => null), type]);
}

// ---- forms

export interface Form extends Common {
  readonly id: string;
  readonly title: MessageKey;
  readonly fields: Fields;
  /** Which fields stand together; at most five a page (Discord). */
  readonly pages: readonly (readonly string[])[];
  prepare(args: readonly string[], raw: Readonly<Record<string, unknown>>): Prepared;
}

interface TypedForm<A extends ArgTypes> extends Form {
  call(...args: Writable<A>): FormCall;
}

export function defineForm<const A extends ArgTypes, const F extends Fields>(
  definition: Partial<Common> & {
    id: string;
    title: MessageKey;
    args: A;
    fields: F;
    pages: readonly (readonly (keyof F & string)[])[];
    run(invocation: Context & { readonly args: ArgsOf<A>; readonly answers: Values<F> }, deps: Deps): Promise<Outcome>;
  },
): TypedForm<A> {
  const { id, title, args: types, fields, pages, run, ...common } = definition;
  const tuple = tupleOf(types);
  const form: TypedForm<A> = {
    ...usual,
    ...common,
    id,
    title,
    fields,
    pages,
    call: (...args) => ({
      form,
      token: writeToken(
        id,
        args.map((arg) => arg ?? ''),
      ),
    }),
    prepare(rawArgs, rawAnswers) {
      const parsedArgs = tuple.safeParse(rawArgs);
      if (!parsedArgs.success) return { ok: false, problems: [] };
      const parsed = parseFields(fields, rawAnswers);
      if (!parsed.ok) return parsed;
      const args = parsedArgs.data;
      return { ok: true, opens: null, run: (context, deps) => run({ ...context, args, answers: parsed.values }, deps) };
    },
  };
  return form;
}
