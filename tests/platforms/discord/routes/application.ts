import type { Discord } from '../discord.ts';
import type { Route } from '../http.ts';
import { type CommandBody, commandList } from '../payloads/commands.ts';
import { parsePayload } from '../payloads/parse.ts';
import { refusals } from '../refusal.ts';
import { nextId } from '../snowflake.ts';
import { guildJson, type Json, memberJson, userJson } from '../wire.ts';

/** The application itself: who it is, where its gateway is, its commands; and the guilds that it is in. */
export function applicationRoutes(discord: Discord): readonly Route[] {
  const { world, commands } = discord;
  const auth = 'bot';
  const commandsPath = '/applications/:application/commands';
  const gateway = () => ({
    url: discord.gatewayUrl(),
    shards: discord.shards,
    session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: discord.maxConcurrency },
  });
  const listed = (query: URLSearchParams) =>
    commands.map((command) => asListed(command, world.applicationId, query.get('with_localizations') === 'true'));

  return [
    { method: 'GET', path: '/gateway/bot', auth, handle: () => ({ status: 200, body: gateway() }) },
    { method: 'GET', path: '/users/@me', auth, handle: () => ({ status: 200, body: userJson(world.bot) }) },
    {
      method: 'GET',
      path: '/applications/@me',
      auth,
      handle: () => ({
        status: 200,
        body: { id: world.applicationId, name: world.bot.name, description: '', flags: 0, bot: userJson(world.bot) },
      }),
    },
    { method: 'GET', path: commandsPath, auth, handle: ({ query }) => ({ status: 200, body: listed(query) }) },
    {
      method: 'PUT',
      path: commandsPath,
      auth,
      handle({ body, query }) {
        const given = parsePayload(commandList, body);
        const ids = new Map(commands.map(({ name, id }) => [name, id]));
        commands.splice(
          0,
          Number.POSITIVE_INFINITY,
          ...given.map((each) => ({ ...each, id: ids.get(each.name) ?? nextId() })),
        );
        return { status: 200, body: listed(query) };
      },
    },
    {
      method: 'GET',
      path: '/guilds/:guild',
      auth,
      handle: ({ params }) => ({ status: 200, body: guildJson(guildOf(discord, params['guild']), world) }),
    },
    {
      method: 'GET',
      path: '/guilds/:guild/members/:user',
      auth,
      handle({ params }) {
        const guild = guildOf(discord, params['guild']);
        const user = [...guild.members.keys()].find(({ id }) => id === params['user']);
        if (user === undefined) throw refusals.unknownMember();
        return { status: 200, body: memberJson(guild, user) };
      },
    },
  ];
}

export interface Command extends CommandBody {
  readonly id: string;
}

function guildOf({ world }: Discord, id: string | undefined) {
  const guild = world.guilds.find((each) => each.id === id && each.joined);
  if (guild === undefined) throw refusals.unknownGuild();
  return guild;
}

/** As Discord gives a command back: with its defaults filled in, `false` left out, and translations only when asked. */
function asListed(command: Command, applicationId: string, withLocalizations: boolean): Json {
  const { options, name_localizations, description_localizations, default_member_permissions, ...rest } = command;
  return {
    ...rest,
    application_id: applicationId,
    version: command.id,
    type: 1,
    default_member_permissions: default_member_permissions ?? null,
    dm_permission: command.dm_permission ?? true,
    contexts: command.contexts ?? null,
    integration_types: command.integration_types ?? [0],
    nsfw: command.nsfw ?? false,
    ...(withLocalizations && {
      name_localizations: name_localizations ?? null,
      description_localizations: description_localizations ?? null,
    }),
    ...(options &&
      options.length > 0 && { options: options.map((option) => optionAsListed(option, withLocalizations)) }),
  };
}

function optionAsListed(option: object, withLocalizations: boolean): Json {
  const kept = Object.entries(option).filter(
    ([key, value]) =>
      value !== false &&
      value !== null &&
      value !== undefined &&
      (withLocalizations || !key.endsWith('_localizations')),
  );
  const listed = ([key, value]: readonly [string, unknown]) =>
    [
      key,
      key === 'options' ? (value as object[]).map((each) => optionAsListed(each, withLocalizations)) : value,
    ] as const;
  return Object.fromEntries(kept.map(listed));
}
