import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from './world.ts';

/** A machine-readable copy of the Bot API's description, where one is at hand: HANDRAIL_SPECS names the folder. */
const specPath = join(
  process.env['HANDRAIL_SPECS'] ?? join(import.meta.dirname, '../../../../shared/specs'),
  'telegram-bot-api.json',
);

export const specIsThere = existsSync(specPath);

interface Described {
  readonly name: string;
  readonly types: readonly string[];
  readonly required: boolean;
}

interface Spec {
  readonly methods: Readonly<Record<string, { readonly fields?: readonly Described[] }>>;
  readonly types: Readonly<
    Record<string, { readonly fields?: readonly Described[]; readonly subtypes?: readonly string[] }>
  >;
}

let loaded: Spec | null = null;

/** What the description says against a request. Nothing where there is no copy of it. */
export function problemsBySpec(method: string, body: Json): readonly string[] {
  if (!specIsThere) return [];
  loaded ??= JSON.parse(readFileSync(specPath, 'utf8')) as Spec;
  const described = loaded.methods[method];
  if (described === undefined) return [`the description knows no ${method}`];
  return problemsOfFields(body, described.fields ?? [], loaded).map((problem) => `by the description: ${problem}`);
}

function problemsOfFields(given: Json, fields: readonly Described[], spec: Spec): readonly string[] {
  const known = new Map(fields.map((field) => [field.name, field]));
  return [
    ...fields.filter(({ name, required }) => required && given[name] === undefined).map(({ name }) => `no ${name}`),
    ...Object.entries(given).flatMap(([name, value]) => {
      const field = known.get(name);
      if (field === undefined) return [`an unknown ${name}`];
      return field.types.some((type) => fits(value, type, spec)) ? [] : [`${name} is no ${field.types.join(' or ')}`];
    }),
  ];
}

function fits(value: unknown, type: string, spec: Spec): boolean {
  const [, item] = /^Array of (.*)$/.exec(type) ?? [];
  if (item !== undefined) return Array.isArray(value) && value.every((each) => fits(each, item, spec));
  if (type === 'Integer') return Number.isSafeInteger(value);
  if (type === 'String') return typeof value === 'string';
  if (type === 'Boolean' || type === 'True') return typeof value === 'boolean';
  if (type === 'Float') return typeof value === 'number';
  if (type === 'InputFile') return value instanceof File;
  const { fields, subtypes } = spec.types[type] ?? {};
  if (subtypes !== undefined) return subtypes.some((one) => fits(value, one, spec));
  return value instanceof Object && problemsOfFields(value as Json, fields ?? [], spec).length === 0;
}
