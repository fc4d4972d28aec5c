import type { Audience, KeepsIn, Outcome, Urgency } from '../language/answer.ts';
import { type ArgsOf, type ArgTypes, type ButtonKind, tokenOf, tupleOf, type Writable } from '../language/button.ts';
import type { CommandSpec, Role } from '../language/command.ts';
import { type Fields, type Parsed, parseFields, type Values } from '../language/field.ts';
import type { ActionButton } from '../language/view.ts';
import type { MessageKey, Words } from '../language/words/words.ts';
import type { Context, Deps } from './context.ts';

interface Common {
  readonly role: Role;
  /** Known before the handler runs, because Discord fixes privacy at acknowledgement. */
  readonly audience: Audience;
  /** false: answered without the database too, with unknown values for what the person has not set. */
  readonly needsStorage: boolean;
  readonly urgency: Urgency;
  readonly keepsIn: KeepsIn;
}

const usual: Common = { role: 'anyone', audience: 'private', needsStorage: true, urgency: 'usual', keepsIn: 'here' };

/** A valid request: ready to run, or a form to open first. */
type Ready = Opens | Runs;

/** Decided from the request alone, because a modal must be the first response. */
interface Opens {
  readonly opens: FormCall;
}

interface Runs {
  readonly opens: null;
  run(context: Context, deps: Deps): Promise<Outcome>;
}

export type Prepared = ({ readonly ok: true } & Ready) | Extract<Parsed<Fields>, { ok: false }>;

/** A form to open, with the arguments that its answer returns. */
export interface FormCall {
  readonly form: Form;
  readonly token: string;
}

// ---- commands

export interface Command extends CommandSpec, Common {
  /** As typed, without the prefix: "checkin", "community set". */
  readonly typed: string;
  /** The button that a link with this command shows instead, because running it would change something. */
  readonly linkShows: ((words: Words) => ActionButton) | null;
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
    typed: name,
    summary,
    options,
    subcommands: [],
    prepare(raw) {
      const parsed = parseFields(options, raw);
      if (!parsed.ok) return parsed;
      const { values } = parsed;
      const form = opens(values);
      if (form !== null) return { ok: true, opens: form };
      return { ok: true, opens: null, run: (context, deps) => run({ ...context, options: values }, deps) };
    },
  };
}

/** A command with subcommands: `/schedule new`, `/schedule list`. It does nothing by itself. */
export interface CommandGroup extends CommandSpec {
  readonly subcommands: readonly Command[];
  /** The subcommand for text that names no subcommand. */
  readonly otherwise: Command;
}

/** The name alone runs the first subcommand, on platforms that let it be typed. */
export function defineCommandGroup(definition: {
  readonly name: string;
  readonly summary: MessageKey;
  readonly subcommands: readonly [Command, ...Command[]];
  /** Default: the first subcommand. */
  readonly otherwise?: Command;
}): CommandGroup {
  const { name, summary, subcommands, otherwise = subcommands[0] } = definition;
  const behind = (command: Command): Command => ({ ...command, typed: `${name} ${command.name}` });
  return {
    name,
    summary,
    options: {},
    role: subcommands.every(({ role }) => role === 'moderator') ? 'moderator' : 'anyone',
    subcommands: subcommands.map(behind),
    otherwise: behind(otherwise),
  };
}

// ---- actions: what buttons and entries of menus do

/**
 * What a link with this button does, because anyone may have written it: 'opens' runs an action that changes nothing;
 * `confirms` shows the button again with a label that says what it will do, at most 75 characters.
 */
type Link<A extends ArgTypes> = 'opens' | { confirms(words: Words, ...args: ArgsOf<A>): string };

/** `link`: as in the definition, with its arguments applied. null: no link may use this action. */
type PreparedAction =
  | ({ readonly ok: true; readonly link: 'opens' | ((words: Words) => string) | null } & Ready)
  | Extract<Prepared, { ok: false }>;

export interface Action extends Common {
  readonly route: string;
  /** A new message, or a replacement of the message with the button. */
  readonly answers: 'new' | 'replace';
  prepare(raw: readonly string[]): PreparedAction;
}

interface ActionSettings<A extends ArgTypes> extends Partial<Common> {
  readonly answers?: 'new' | 'replace';
  readonly link?: Link<A>;
}

/** Defines what a button does. */
export function on<const A extends ArgTypes>(
  button: ButtonKind<A>,
  definition: ActionSettings<A> & {
    run(invocation: Context & { readonly args: ArgsOf<A> }, deps: Deps): Promise<Outcome>;
  },
): Action {
  const { run, ...settings } = definition;
  return actionOf(button, settings, (args) => ({
    opens: null,
    run: (context, deps) => run({ ...context, args }, deps),
  }));
}

/** Defines a button that always opens a form. */
export function opensForm<const A extends ArgTypes>(
  button: ButtonKind<A>,
  definition: ActionSettings<A> & { form(...args: ArgsOf<A>): FormCall },
): Action {
  const { form, ...settings } = definition;
  return actionOf(button, settings, (args) => ({ opens: form(...args) }));
}

function actionOf<A extends ArgTypes>(
  button: ButtonKind<A>,
  { answers = 'new', link, ...common }: ActionSettings<A>,
  ready: (args: ArgsOf<A>) => Ready,
): Action {
  return {
    ...usual,
    ...common,
    route: button.route,
    answers,
    prepare(raw) {
      const args = button.read(raw);
      if (args === null) return { ok: false, problems: [] };
      const shown =
        link === undefined || link === 'opens' ? (link ?? null) : (words: Words) => link.confirms(words, ...args);
      return { ok: true, link: shown, ...ready(args) };
    },
  };
}

// ---- forms

export interface Form extends Common {
  readonly id: string;
  readonly title: MessageKey;
  readonly fields: Fields;
  /** The fields of each page; at most five a page (Discord). */
  readonly pages: readonly (readonly string[])[];
  prepare(args: readonly string[], raw: Readonly<Record<string, unknown>>): PreparedForm;
}

type PreparedForm = ({ readonly ok: true } & Runs) | Extract<Prepared, { ok: false }>;

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
    call: (...args) => ({ form, token: tokenOf(id, args) }),
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
