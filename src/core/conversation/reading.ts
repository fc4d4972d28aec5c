import type { RefusalReason } from '../language/answer.ts';
import type { Concern } from '../language/concern.ts';
import type { RequestBody } from '../language/request.ts';
import { readToken } from '../language/token.ts';
import type { ActionButton } from '../language/view.ts';
import type { Words } from '../language/words/words.ts';
import type { Expected, Limits } from '../platform/platform.ts';
import { cleanAsked } from './clean.ts';
import type { Action, Command, CommandGroup, FormCall, Prepared } from './define.ts';
import type { Definitions } from './definitions.ts';
import { formButton } from './forms/buttons.ts';
import type { formFlow } from './forms/flow.ts';
import { readTyped } from './typed.ts';

/** The plan for a request: everything that the request alone decides. */
export type Plan =
  | { readonly kind: 'run'; readonly to: Command | Action; readonly prepared: Prepared }
  /** A link that would change something, so a button is shown first. */
  | { readonly kind: 'confirm'; readonly button: (words: Words) => ActionButton }
  /** A button that opens a form. */
  | { readonly kind: 'open'; readonly call: FormCall }
  /** An answer to a form. */
  | { readonly kind: 'form' }
  | { readonly kind: 'text' | 'wordless' }
  | { readonly kind: 'unknown'; readonly reason: RefusalReason }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A request with its plan. */
export interface ReadRequest {
  readonly plan: Plan;
  /** Without control characters and lone surrogates. */
  readonly asked: RequestBody;
  /** Whether such characters were removed. */
  readonly removed: boolean;
  readonly concern: Concern | null;
  readonly expected: Expected;
  /** Whether a form can open in response. No form opens over help. */
  readonly opensForms: boolean;
}

type Forms = Pick<ReturnType<typeof formFlow>, 'knows' | 'called' | 'expects'>;

/** Makes the plan that the request alone decides. */
export function createReader(definitions: Definitions, forms: Forms, limits: Limits) {
  const commands = new Map(definitions.commands.map((command) => [command.name, command]));
  const routes = new Map(definitions.actions.map((action) => [action.route, action]));

  function planOf(asked: RequestBody): Plan {
    switch (asked.kind) {
      case 'command':
      case 'typed': {
        const found = commandOf(asked);
        if (found === null) return { kind: 'unknown', reason: 'unknown-command' };
        const { to, options } = found;
        if (asked.kind === 'typed' && asked.byLink === true && to.linkShows !== null)
          return { kind: 'confirm', button: to.linkShows };
        return { kind: 'run', to, prepared: to.prepare(options) };
      }
      case 'action': {
        const token = readToken(asked.token);
        if (token === null) return { kind: 'unknown', reason: 'unknown-action' };
        if (forms.knows(token)) return { kind: 'form' };
        if (token.route === formButton.route) return planForm(token.args);
        const to = routes.get(token.route);
        const prepared = to?.prepare(token.args);
        if (to === undefined || prepared?.ok !== true) return { kind: 'unknown', reason: 'unknown-action' };
        return { kind: 'run', to, prepared };
      }
      case 'link':
        return planLink(asked.token);
      case 'form':
      case 'text':
      case 'wordless':
        return { kind: asked.kind };
    }
  }

  type Called = { readonly to: Command; readonly options: Readonly<Record<string, unknown>> };

  function commandOf(asked: RequestBody & { kind: 'command' | 'typed' }): Called | null {
    const found = commands.get(asked.name.toLowerCase());
    if (found === undefined) return null;
    if (asked.kind === 'command') {
      const to = 'otherwise' in found ? found.subcommands.find(({ name }) => name === asked.subcommand) : found;
      return to === undefined ? null : { to, options: asked.options };
    }
    const { to, rest } = 'otherwise' in found ? behind(found, asked.rest) : { to: found, rest: asked.rest };
    return { to, options: readTyped(rest, to.options) };
  }

  /** Form buttons have no route here, because a link must not answer a question. */
  function planLink(given: string): Plan {
    const token = readToken(given);
    const to = token === null ? undefined : routes.get(token.route);
    const prepared = to?.prepare(token?.args ?? []);
    if (to === undefined || prepared?.ok !== true || prepared.link === null)
      return { kind: 'unknown', reason: 'unknown-action' };
    const { link } = prepared;
    if (link === 'opens') return { kind: 'run', to, prepared };
    return { kind: 'confirm', button: (words) => ({ kind: 'action', label: link(words), token: given }) };
  }

  function planForm(args: readonly string[]): Plan {
    const call = forms.called(formButton.read(args)?.[0] ?? '');
    return call === null ? { kind: 'unknown', reason: 'unknown-action' } : { kind: 'open', call };
  }

  function expectedOf(plan: Plan, asked: RequestBody, opensForms: boolean): Expected {
    const opens = opensForms && limits.fieldsPerForm > 0;
    const reply = { ...usual, kind: 'reply', audience: 'private' } as const;
    if (plan.kind === 'form') return forms.expects(asked);
    if (plan.kind === 'open') return opens ? { ...reply, kind: 'open' } : reply;
    if (plan.kind !== 'run') return reply;
    const { to, prepared } = plan;
    const { keepsIn, urgency, audience } = to;
    const common = { keepsIn, urgency, sameHelp: urgency === 'help' ? helpAsked(asked, plan) : null };
    if (!prepared.ok) return { ...common, kind: 'reply', audience: 'private' };
    if (prepared.opens !== null) return { ...common, kind: opens ? 'open' : 'reply', audience };
    return { ...common, kind: 'answers' in to && to.answers === 'replace' ? 'replace' : 'reply', audience };
  }

  return (given: RequestBody, how: { readonly opensForms: boolean }): ReadRequest => {
    // Screens the raw request, because ignored text may hold a concern too.
    const concern = worst(wordsOf(given).map(definitions.screen));
    const { asked, removed } = cleanAsked(given);
    const plan = planOf(asked);
    const opensForms = how.opensForms && concern === null;
    return { plan, asked, removed, concern, expected: expectedOf(plan, asked, opensForms), opensForms };
  };
}

/** Splits the text after a group's name into its subcommand and the rest. */
function behind({ subcommands, otherwise }: CommandGroup, typed: string): { to: Command; rest: string } {
  const [, word = '', rest = ''] = /^\s*(\S*)(.*)$/s.exec(typed) ?? [];
  const named = subcommands.find(({ name }) => name === word.toLowerCase());
  if (named !== undefined) return { to: named, rest };
  const [first = otherwise] = subcommands;
  return word === '' ? { to: first, rest: '' } : { to: otherwise, rest: typed };
}

/** The defaults for a request that could not be read. */
export const unread: Omit<ReadRequest, 'plan' | 'asked'> = {
  removed: false,
  concern: null,
  expected: { keepsIn: 'here', urgency: 'usual', sameHelp: null, kind: 'reply', audience: 'private' },
  opensForms: false,
};

/** The usual answer: read once, and not urgent. */
const usual = { keepsIn: 'here', urgency: 'usual', sameHelp: null } as const;

/** The key of the prepared help. Invalid options are ignored, because they lead to the same help. */
function helpAsked(asked: RequestBody, { to, prepared }: Plan & { kind: 'run' }): string {
  const name = 'typed' in to ? to.typed : to.route;
  if (!prepared.ok) return name;
  if (asked.kind === 'action') return asked.token;
  return asked.kind === 'typed' ? `${name} ${asked.rest}` : JSON.stringify(asked);
}

/** All text that the person wrote. */
function wordsOf(asked: RequestBody): readonly string[] {
  switch (asked.kind) {
    case 'text':
      return [asked.text];
    case 'typed':
      return [asked.rest];
    case 'command':
      return textsIn(asked.options);
    case 'form':
      return textsIn(asked.answers);
    case 'action':
    case 'link':
    case 'wordless':
      return [];
  }
}

function textsIn(values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(values)
    .flat()
    .filter((value) => typeof value === 'string');
}

function worst(concerns: readonly (Concern | null)[]): Concern | null {
  return concerns.reduce((one, other) => ((other?.tier ?? 0) > (one?.tier ?? 0) ? other : one), null);
}
