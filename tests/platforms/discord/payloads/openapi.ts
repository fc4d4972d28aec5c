import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type Problem, problem } from '../refusal.ts';

/** Discord's own description of its API, where a copy is at hand: HANDRAIL_SPECS names the folder. */
const specPath = join(
  process.env['HANDRAIL_SPECS'] ?? join(import.meta.dirname, '../../../../../shared/specs'),
  'discord-openapi.json',
);

export const specIsThere = existsSync(specPath);

interface Spec {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly requestBody?: { readonly content: object } }>>>
  >;
}

interface Loaded {
  readonly ajv: Ajv2020;
  /** Literal addresses before those with parameters: `…/messages/@original` is not `…/messages/{message_id}`. */
  readonly paths: readonly {
    readonly path: string;
    readonly pattern: RegExp;
    readonly methods: Spec['paths'][string];
  }[];
  readonly validators: Map<string, ValidateFunction>;
}

let loaded: Loaded | null = null;

/** Reads the description before anyone is waiting: the first answer to an interaction has three seconds. */
export function readSpec(): void {
  problemsBySpec('POST', '/interactions/0/0/callback', { type: 6 });
}

/** What Discord's description says against a request. Nothing where there is no copy of it. */
export function problemsBySpec(method: string, path: string, body: unknown): readonly Problem[] {
  if (!specIsThere) return [];
  loaded ??= load();
  const found = loaded.paths.find(({ pattern, methods }) => pattern.test(path) && method.toLowerCase() in methods);
  if (found === undefined) return [problem([], `${method} ${path} is not in Discord's OpenAPI`)];
  const operation = method.toLowerCase();
  if (found.methods[operation]?.requestBody === undefined) return [];
  const key = `${found.path}/${operation}`;
  const validate = loaded.validators.get(key) ?? compile(loaded, found.path, operation);
  loaded.validators.set(key, validate);
  if (validate(asSpecHasIt(body))) return [];
  // Of a union each branch complains; the deepest complaint is of the branch that was meant.
  const [deepest] = (validate.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
  return [
    problem(deepest?.instancePath.split('/').slice(1) ?? [], `by Discord's OpenAPI: ${deepest?.message ?? 'invalid'}`),
  ];
}

function load(): Loaded {
  const spec = JSON.parse(readFileSync(specPath, 'utf8')) as Spec;
  const ajv = new Ajv2020({
    strict: false,
    validateFormats: false,
    allErrors: true,
    // Validators of a spec this large compile eight times faster so, and run fast enough.
    validateSchema: false,
    inlineRefs: false,
    code: { optimize: false },
  });
  ajv.addSchema(spec, 'discord');
  const paths = Object.entries(spec.paths).map(([path, methods]) => ({
    path,
    methods,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  const parameters = (path: string) => path.split('{').length;
  return { ajv, paths: paths.toSorted((a, b) => parameters(a.path) - parameters(b.path)), validators: new Map() };
}

function compile({ ajv }: Loaded, path: string, operation: string): ValidateFunction {
  const pointer = ['paths', path, operation, 'requestBody', 'content', 'application/json', 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  return ajv.compile({ $ref: `discord#/${pointer}` });
}

/** Where the description is stricter than the guide, and than Discord itself: permissions travel as text. */
function asSpecHasIt(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  return body.map((each: Record<string, unknown>) => {
    const given = each['default_member_permissions'];
    return typeof given === 'string' ? { ...each, default_member_permissions: Number(given) } : each;
  });
}
