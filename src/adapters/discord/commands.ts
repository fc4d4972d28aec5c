import { isDeepStrictEqual } from 'node:util';
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  Locale,
  type LocalizationMap,
  PermissionFlagsBits,
  type REST,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { CommandSpec } from '../../core/language/command.ts';
import type { Field, Fields, Suggestion } from '../../core/language/field.ts';
import { cut } from '../../core/language/text-limits.ts';
import type { MessageKey, Words } from '../../core/language/words/words.ts';
import type { Host } from '../../core/platform/platform.ts';
import { assertNever } from '../../core/values/errors.ts';

/** https://discord.com/developers/docs/interactions/application-commands */
const limits = { name: 32, description: 100, choice: 100, suggestions: 25, short: 20 } as const;

/** The types of channels in which the bot can post. */
export const postable = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
] as const;

type WordsFor = Host['wordsFor'];
type Body = RESTPostAPIChatInputApplicationCommandsJSONBody;

/** The slash commands in the form of Discord's API. */
export function slashCommands(commands: readonly CommandSpec[], wordsFor: WordsFor): readonly Body[] {
  const say = translator(wordsFor);
  return commands.map(({ name, summary, role, options, subcommands }) => ({
    name,
    name_localizations: say.names(`name.${name}` as MessageKey),
    ...say.description(summary),
    // Only hides the command in the menu, because the permission is checked again at each use.
    default_member_permissions: role === 'moderator' ? String(PermissionFlagsBits.ManageGuild) : null,
    contexts: [InteractionContextType.Guild, ...(role === 'moderator' ? [] : [InteractionContextType.BotDM])],
    integration_types: [ApplicationIntegrationType.GuildInstall],
    options: subcommands.length > 0 ? subcommands.map((one) => toSubcommand(name, one, say)) : toOptions(options, say),
  }));
}

function toSubcommand(
  group: string,
  { name, summary, options }: CommandSpec,
  say: Translator,
): APIApplicationCommandSubcommandOption {
  return {
    type: ApplicationCommandOptionType.Subcommand,
    name,
    name_localizations: say.names(`name.${group}-${name}` as MessageKey),
    ...say.description(summary),
    options: toOptions(options, say),
  };
}

function toOptions(options: Fields, say: Translator): APIApplicationCommandBasicOption[] {
  return Object.entries(options)
    .toSorted(([, a], [, b]) => Number(b.required) - Number(a.required))
    .map(([option, field]) => toOption(option, field, say));
}

function toOption(name: string, field: Field, say: Translator): APIApplicationCommandBasicOption {
  const about = {
    name,
    name_localizations: say.names(field.label),
    ...say.description(field.hint),
    required: field.required,
  };
  switch (field.kind) {
    case 'integer':
      return { ...about, type: ApplicationCommandOptionType.Integer, min_value: field.min, max_value: field.max };
    case 'flag':
      return { ...about, type: ApplicationCommandOptionType.Boolean };
    case 'group':
      return { ...about, type: ApplicationCommandOptionType.Role };
    case 'channel':
      return { ...about, type: ApplicationCommandOptionType.Channel, channel_types: [...postable] };
    case 'date':
    case 'time':
      return { ...about, type: ApplicationCommandOptionType.String, max_length: limits.short };
    case 'choice':
      return { ...about, type: ApplicationCommandOptionType.String, choices: field.choices.map(say.choice) };
    case 'choices':
      return { ...about, type: ApplicationCommandOptionType.String, autocomplete: true };
    case 'text': {
      const text = { ...about, type: ApplicationCommandOptionType.String as const, max_length: field.maxLength };
      return field.complete === null ? text : { ...text, autocomplete: true };
    }
    default:
      return assertNever(field);
  }
}

type Translator = ReturnType<typeof translator>;

/** English, with localizations for every language that both Discord and content/ have. */
function translator(wordsFor: WordsFor) {
  const english = wordsFor('en');
  const others = Object.values(Locale)
    .map((locale) => [locale, wordsFor(locale)] as const)
    .filter(([, words]) => words.locale !== 'en');
  const inOthers = (said: (words: Words) => string): LocalizationMap =>
    Object.fromEntries(others.map(([locale, words]) => [locale, said(words)]).filter(([, text]) => text !== ''));
  return {
    names: (key: MessageKey) => inOthers((words) => asName(words.text(key), words.locale)),
    description: (key: MessageKey) => ({
      description: cut(english.text(key), limits.description),
      description_localizations: inOthers((words) => cut(words.text(key), limits.description)),
    }),
    choice: ({ value, label }: { readonly value: string; readonly label: MessageKey }) => ({
      name: cut(english.text(label), limits.choice),
      name_localizations: inOthers((words) => cut(words.text(label), limits.choice)),
      value,
    }),
  };
}

/** "Estado de ánimo" becomes "estado-de-ánimo": lower case, letters, digits and hyphens. */
function asName(label: string, locale: string): string {
  return label
    .toLocaleLowerCase(locale)
    .replace(/\s+/g, '-')
    .replace(/[^-_\p{L}\p{N}]/gu, '')
    .slice(0, limits.name);
}

/** Autocomplete choices for a partly typed option. */
export function suggestions(field: Field | undefined, typed: string, words: Words): { name: string; value: string }[] {
  const all = field === undefined ? [] : suggested(field, typed, words);
  return all
    .filter(({ value }) => value.length <= limits.choice)
    .slice(0, limits.suggestions)
    .map(({ value, label }) => ({ name: cut(label, limits.choice), value }));
}

function suggested(field: Field, typed: string, words: Words): readonly Suggestion[] {
  if (field.kind === 'text') return field.complete?.(typed, words) ?? [];
  return field.kind === 'choices' ? oneMore(field, typed, words) : [];
}

/** Completes the last value of a comma-separated list: "tired, lo" may become "tired, lonely". */
function oneMore({ choices }: Field & { kind: 'choices' }, typed: string, words: Words): readonly Suggestion[] {
  const parts = typed.split(',').map((part) => part.trim().toLowerCase());
  const begun = parts.at(-1) ?? '';
  const before = choices.filter(({ value }) => parts.slice(0, -1).includes(value));
  return choices
    .filter((choice) => !before.includes(choice))
    .filter(({ value, label }) => [value, words.text(label).toLowerCase()].some((name) => name.startsWith(begun)))
    .map((choice) => {
      const all = [...before, choice];
      return {
        value: all.map(({ value }) => value).join(', '),
        label: all.map(({ label }) => words.text(label)).join(', '),
      };
    });
}

/**
 * Registers the global commands unless Discord has them already, because an application may write them only 200 times a
 * day. Returns whether it wrote them.
 */
export async function registerCommands(rest: REST, applicationId: string, commands: readonly Body[]): Promise<boolean> {
  const route = Routes.applicationCommands(applicationId);
  const there = await rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) });
  if (isDeepStrictEqual(normal(there), normal(commands))) return false;
  await rest.put(route, { body: commands });
  return true;
}

/** Fields that Discord adds to a command. */
const itsOwn = new Set(['id', 'application_id', 'version', 'guild_id', 'nsfw', 'dm_permission', 'handler']);

/** Removes what Discord adds, omits or reorders, so that equal commands compare as equal. */
function normal(commands: unknown): unknown {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value)
      .filter(([key]) => !itsOwn.has(key))
      .map(([key, inner]) => [key, strip(inner)] as const)
      .filter(([key, inner]) => !isNothing(inner) && !(key === 'type' && inner === 1));
    return Object.fromEntries(entries);
  };
  const name = (command: unknown): string => String((command as { name?: unknown }).name);
  return (strip(commands) as unknown[]).toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

function isNothing(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
