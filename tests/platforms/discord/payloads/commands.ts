import { z } from 'zod';

/** Slash commands, with the limits of https://discord.com/developers/docs/interactions/application-commands */

const name = z
  .string()
  .regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u, 'not a name of a command')
  .refine((text) => text === text.toLowerCase(), 'must be lower case');
const description = z.string().min(1).max(100);
const choiceName = z.string().min(1).max(100);

const localized = (text: z.ZodType<string>) => z.record(z.string(), text).nullish();

const common = {
  name,
  description,
  name_localizations: localized(name),
  description_localizations: localized(description),
  required: z.boolean().nullish(),
  autocomplete: z.boolean().nullish(),
};
const choices = <T extends z.ZodType<string | number>>(value: T) =>
  z
    .array(z.object({ name: choiceName, name_localizations: localized(choiceName), value }))
    .max(25)
    .nullish();
const number = { min_value: z.number().nullish(), max_value: z.number().nullish() };

export const optionTypes = {
  subcommand: 1,
  string: 3,
  integer: 4,
  boolean: 5,
  channel: 7,
  role: 8,
  number: 10,
} as const;

const option = z
  .discriminatedUnion('type', [
    z.object({
      ...common,
      type: z.literal(optionTypes.string),
      choices: choices(z.string().max(100)),
      min_length: z.int().min(0).max(6000).nullish(),
      max_length: z.int().min(1).max(6000).nullish(),
    }),
    z.object({ ...common, ...number, type: z.literal(optionTypes.integer), choices: choices(z.int()) }),
    z.object({ ...common, ...number, type: z.literal(optionTypes.number), choices: choices(z.number()) }),
    z.object({ ...common, type: z.literal(optionTypes.boolean) }),
    z.object({ ...common, type: z.literal(optionTypes.role) }),
    z.object({ ...common, type: z.literal(optionTypes.channel), channel_types: z.array(z.int()).nullish() }),
  ])
  .refine((each) => each.autocomplete !== true || !('choices' in each && (each.choices ?? []).length > 0), {
    message: 'choices and autocomplete exclude each other',
  });

const { required: _, autocomplete: __, ...named } = common;
const subcommand = z
  .object({ ...named, type: z.literal(optionTypes.subcommand), options: z.array(option).max(25).nullish() })
  .refine(({ options }) => unique((options ?? []).map((each) => each.name)), 'two options of one name')
  .refine(({ options }) => requiredFirst(options ?? []), 'required options come before the others');

const shape = z.object({
  name,
  description,
  name_localizations: localized(name),
  description_localizations: localized(description),
  type: z.literal(1).nullish(),
  options: z
    .array(z.union([option, subcommand]))
    .max(25)
    .nullish(),
  /** A number as text: that is what Discord's guide says, where its OpenAPI says a number. */
  default_member_permissions: z.union([z.string().regex(/^\d+$/), z.int().transform(String)]).nullish(),
  dm_permission: z.boolean().nullish(),
  contexts: z.array(z.int().min(0).max(2)).min(1).nullish(),
  integration_types: z.array(z.int().min(0).max(1)).min(1).nullish(),
  nsfw: z.boolean().nullish(),
});

const command = shape
  .refine(({ options }) => unique((options ?? []).map((each) => each.name)), {
    message: 'two options of one name',
    path: ['options'],
  })
  .refine(({ options }) => requiredFirst(options ?? []), {
    message: 'required options come before the others',
    path: ['options'],
  })
  .refine(({ options }) => new Set((options ?? []).map(({ type }) => type === optionTypes.subcommand)).size <= 1, {
    message: 'a command has subcommands or options, not both',
    path: ['options'],
  })
  .refine((each) => charactersOf(each) <= 8000, { message: 'more than 8000 characters in all' });

export const commandList = z
  .array(command)
  .max(100)
  .refine((commands) => unique(commands.map((each) => each.name)), 'two commands of one name');

export type CommandBody = z.infer<typeof shape>;
export type OptionBody = z.infer<typeof option>;

export const choiceList = z.object({
  choices: z.array(z.object({ name: choiceName, value: z.union([z.string().max(100), z.number()]) })).max(25),
});

export type Choice = z.infer<typeof choiceList>['choices'][number];

function requiredFirst(options: readonly object[]): boolean {
  const required = options.map((each) => 'required' in each && each.required === true);
  return !required.some((is, i) => is && i > 0 && required[i - 1] !== true);
}

interface Named {
  readonly name: string;
  readonly description?: string;
  readonly name_localizations?: Record<string, string> | null | undefined;
  readonly description_localizations?: Record<string, string> | null | undefined;
}

/** Of each text the longest of its translations counts. */
function charactersOf({ options, ...rest }: CommandBody): number {
  const all = (options ?? []).flatMap((each) => ('options' in each ? [each, ...(each.options ?? [])] : [each]));
  return [rest, ...all].reduce((sum, each) => sum + textOf(each) + choicesOf(each), 0);
}

function textOf({
  name,
  description = '',
  name_localizations: names,
  description_localizations: descriptions,
}: Named): number {
  return longest(name, names) + longest(description, descriptions);
}

function choicesOf(each: object): number {
  const given = 'choices' in each ? (each.choices as readonly Choice[] | null) : null;
  return (given ?? []).reduce((sum, choice) => sum + textOf(choice) + String(choice.value).length, 0);
}

function longest(text: string, translations: Record<string, string> | null | undefined): number {
  return Math.max(text.length, ...Object.values(translations ?? {}).map((each) => each.length));
}

function unique(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}
