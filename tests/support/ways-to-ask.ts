import type { CommandSpec } from '../../src/core/language/command.ts';
import type { Field } from '../../src/core/language/field.ts';
import type { RequestBody } from '../../src/core/language/request.ts';
import { tokenBytes } from '../../src/core/language/token.ts';
import { definitionsOver } from '../../src/core/rooms.ts';
import { said } from './canaries.ts';
import { content } from './world.ts';

// Everything that can be asked, with the canary wherever words can stand.

export const definitions = definitionsOver(content);

export function command(name: string, options: Readonly<Record<string, unknown>> = {}): RequestBody {
  return { kind: 'command', name, options };
}

/** Something that fits the field; the canary wherever any words do. */
export function fitting(field: Field): string {
  switch (field.kind) {
    case 'integer':
      return String(field.min);
    case 'choice':
      return field.choices[0]?.value ?? '';
    case 'choices':
      return field.choices.map(({ value }) => value).join(', ');
    case 'flag':
      return 'yes';
    case 'group':
    case 'channel':
      return said;
    case 'date':
      return '2026-03-01';
    case 'time':
      return '09:00';
    case 'text': {
      const fits = [said, 'Berlin', '05:00', 'IE', '2026-03-01', '22:00-07:00'].find(
        (one) => field.schema.safeParse(one).success,
      );
      if (fits === undefined) throw new Error(`Nothing here fits ${field.label}: add what does`);
      return fits;
    }
  }
}

/** A command with nothing, with every option that it has, and with the canary in one that it has not. */
export function waysToAsk(spec: CommandSpec): readonly RequestBody[] {
  return withEach(spec, waysToAsk) ?? ownWaysToAsk(spec);
}

function ownWaysToAsk({ name, options }: CommandSpec): readonly RequestBody[] {
  const all = Object.fromEntries(Object.entries(options).map(([option, field]) => [option, fitting(field)]));
  const { keep: _, form: __, ...others } = all;
  return [{}, all, others, { ...others, [said]: said }].map((given) => command(name, given));
}

/** Of a command that others stand behind: the ways to ask each of those. null: none do. */
function withEach(
  { name, subcommands }: CommandSpec,
  ways: (sub: CommandSpec) => readonly RequestBody[],
): readonly RequestBody[] | null {
  if (subcommands.length === 0) return null;
  return subcommands.flatMap((sub) =>
    ways(sub).map((asked): RequestBody => {
      if (asked.kind === 'command') return { ...asked, name, subcommand: sub.name };
      return asked.kind === 'typed' ? { ...asked, name, rest: `${sub.name} ${asked.rest}` } : asked;
    }),
  );
}

/** Each option by itself, fitting and not, and everything as a line that is typed. */
export function otherWaysToAsk(spec: CommandSpec): readonly RequestBody[] {
  return withEach(spec, otherWaysToAsk) ?? otherOwnWaysToAsk(spec);
}

function otherOwnWaysToAsk({ name, options }: CommandSpec): readonly RequestBody[] {
  const typed = (rest: string): RequestBody => ({ kind: 'typed', name, rest });
  return [
    ...Object.entries(options).flatMap(([option, field]) => [
      command(name, { [option]: fitting(field) }),
      command(name, { [option]: said }),
      typed(`${option}:"${said}`),
    ]),
    typed(said),
    typed(`${said}:"${said} \\" ${said}" "${said}`),
  ];
}

export const strayWords: readonly RequestBody[] = [
  { kind: 'text', text: said },
  { kind: 'text', text: `a long story ${said} `.repeat(200) },
  { kind: 'text', text: `\u0007${said}\u0000\ud800 ${said}` },
  { kind: 'text', text: `line\n    at ${said} (${said}.ts:1:1)\n${said}` },
  { kind: 'text', text: `{"note":"${said}"` },
  command(said, { [said]: said }),
  { kind: 'typed', name: said, rest: said },
  { kind: 'typed', name: '', rest: said },
];

/** Tokens and forms that nobody was shown: old, forged, or mangled on their way. */
export function forged(): readonly RequestBody[] {
  const routes = definitions.actions.map(({ route }) => route);
  const ids = definitions.forms.map(({ id }) => id);
  const tokens = [
    said,
    `${said}:${said}`,
    ...routes.flatMap((route) => [`${route}:${said}`, `${route}:${said}:${said}`, `${route}:2026-03-01:${said}`]),
    ...ids.flatMap((id) => [`form.answer:${id}:0:${said}`, `form.skip:${id}:${said}`, `form.next:${said}`]),
    `%${said}`,
  ].filter((token) => Buffer.byteLength(token) <= tokenBytes);
  return [
    ...tokens.map((token): RequestBody => ({ kind: 'action', token })),
    ...[said, ...ids].flatMap((id): RequestBody[] => [
      { kind: 'form', token: id, step: 0, answers: { [said]: said } },
      { kind: 'form', token: `${id}:${said}`, step: 99, answers: { note: said } },
    ]),
  ];
}
