import type { CommandSpec } from '../../core/language/command.ts';
import { cut } from '../../core/language/text-limits.ts';
import type { Words } from '../../core/language/words/words.ts';
import { shortcuts } from './inbound.ts';

/**
 * The minimum scopes, each with its purpose. A test compares them with the methods that the bot calls.
 * https://docs.slack.dev/reference/scopes
 */
export const botScopes = [
  /** The slash command and the shortcuts. */
  'commands',
  /** Answers in DM channels, and posts that moderators schedule. */
  'chat:write',
  /** Direct messages to the bot, and no channel messages. */
  'im:history',
  /** Opening a DM channel. */
  'im:write',
  /** Time zone, locale and admin role, but no e-mail address. */
  'users:read',
  /** The members of the user group that moderates. */
  'usergroups:read',
  /** Images and files that someone asked for. */
  'files:write',
  /** Whether a channel that moderators choose belongs to the workspace, and whether the bot is in it. */
  'channels:read',
  /** The same for a private channel. */
  'groups:read',
] as const;

export const events = ['app_home_opened', 'app_uninstalled', 'message.im', 'tokens_revoked'] as const;

export const slashCommand = '/handrail';

/** Slack's limits: https://docs.slack.dev/reference/app-manifest */
const limits = { hint: 100, description: 140, shortcutName: 24, shortcutWhat: 150 } as const;

/** The paths that Slack calls, and that an installation uses. */
export const paths = {
  requests: '/slack/events',
  install: '/slack/install',
  redirect: '/slack/oauth_redirect',
} as const;

/** The app manifest. `url`: where Slack calls the bot, or null for Socket Mode. */
export function appManifest(commands: readonly CommandSpec[], words: Words, url: string | null): object {
  const request = url === null ? {} : { request_url: `${url}${paths.requests}` };
  return {
    display_information: {
      name: words.text('slack.name'),
      description: cut(words.text('slack.about'), limits.description),
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: words.text('slack.name'), always_online: true },
      shortcuts: Object.keys(shortcuts).flatMap((name) => [
        shortcut(name, 'global', words),
        shortcut(name, 'message', words),
      ]),
      slash_commands: [
        {
          command: slashCommand,
          description: cut(words.text('slack.command-what'), limits.description),
          usage_hint: usageHint(commands),
          // Slack then sends the ID of a user group, because anybody may take its name.
          should_escape: true,
          ...(url !== null && { url: `${url}${paths.requests}` }),
        },
      ],
    },
    oauth_config: {
      scopes: { bot: [...botScopes] },
      ...(url !== null && { redirect_urls: [`${url}${paths.redirect}`] }),
    },
    settings: {
      event_subscriptions: { bot_events: [...events], ...request },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: false,
      socket_mode_enabled: url === null,
      token_rotation_enabled: false,
    },
  };
}

function shortcut(name: string, type: 'global' | 'message', words: Words): object {
  return {
    name: cut(words.text(`slack.shortcut-${name}` as 'slack.shortcut-sos'), limits.shortcutName),
    type,
    callback_id: type === 'global' ? name : `${name}-message`,
    description: cut(words.text(`slack.shortcut-${name}-what` as 'slack.shortcut-sos-what'), limits.shortcutWhat),
  };
}

/** "[sos | checkin]": as many command names as fit, in their order. */
function usageHint(commands: readonly CommandSpec[]): string {
  let hint = '';
  for (const { name } of commands) {
    const longer = hint === '' ? name : `${hint} | ${name}`;
    if (longer.length > limits.hint - 2) break;
    hint = longer;
  }
  return `[${hint}]`;
}
