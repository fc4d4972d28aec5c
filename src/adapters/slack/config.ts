import { z } from 'zod';
import { HandrailError } from '../../core/values/errors.ts';

export interface SlackSettings {
  /** With a trailing slash, because Slack's library needs it. */
  readonly apiUrl: string;
  readonly way: SocketMode | HttpMode;
}

/** The bot connects to Slack, so Slack does not need to reach it: for a single workspace. */
export interface SocketMode {
  readonly kind: 'socket';
  readonly appToken: string;
  readonly botToken: string;
}

/** Slack calls the bot. */
export interface HttpMode {
  readonly kind: 'http';
  readonly signingSecret: string;
  /** One workspace by its token, or any number through OAuth. */
  readonly workspaces: { readonly kind: 'one'; readonly botToken: string } | OAuth;
}

export interface OAuth {
  readonly kind: 'many';
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Settings that may also be given as a file, such as a Docker secret. */
export const slackSecrets = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_CLIENT_SECRET',
] as const;

const secret = z.string().trim().optional();

/** The settings of this platform, for the environment's schema. */
export const slackEnvironment = {
  SLACK_BOT_TOKEN: secret,
  SLACK_APP_TOKEN: secret,
  SLACK_SIGNING_SECRET: secret,
  SLACK_CLIENT_ID: z.string().trim().optional(),
  SLACK_CLIENT_SECRET: secret,
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .transform((url) => url.replace(/\/*$/, '/'))
    .default('https://slack.com/api/'),
};

type Environment = z.output<z.ZodObject<typeof slackEnvironment>>;

/**
 * null: no setting of Slack's is set, and the platform is off. Socket Mode wins if both modes are set.
 * @throws HandrailError('bad-configuration') if the settings of a mode are incomplete
 */
export function slackSettings(env: Environment, port: number | null): SlackSettings | null {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = env;
  const apiUrl = env.SLACK_API_URL;
  if (appToken !== undefined) {
    if (botToken === undefined) throw refuse('SLACK_APP_TOKEN needs SLACK_BOT_TOKEN beside it.');
    return { apiUrl, way: { kind: 'socket', appToken, botToken } };
  }
  if (signingSecret !== undefined) {
    if (port === null) throw refuse('SLACK_SIGNING_SECRET needs PORT: Slack calls the bot there.');
    return { apiUrl, way: { kind: 'http', signingSecret, workspaces: workspacesIn(env) } };
  }
  if (botToken === undefined && env.SLACK_CLIENT_ID === undefined && env.SLACK_CLIENT_SECRET === undefined) return null;
  throw refuse(
    'Slack needs SLACK_APP_TOKEN beside SLACK_BOT_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and PORT (HTTP).',
  );
}

function workspacesIn({
  SLACK_BOT_TOKEN: botToken,
  SLACK_CLIENT_ID: clientId,
  SLACK_CLIENT_SECRET: clientSecret,
}: Environment): HttpMode['workspaces'] {
  if (clientId !== undefined && clientSecret !== undefined) return { kind: 'many', clientId, clientSecret };
  if (clientId !== undefined || clientSecret !== undefined)
    throw refuse('SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together.');
  if (botToken === undefined)
    throw refuse(
      'SLACK_SIGNING_SECRET needs SLACK_BOT_TOKEN (one workspace), or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (many).',
    );
  return { kind: 'one', botToken };
}

function refuse(sentence: string): HandrailError {
  return new HandrailError('bad-configuration', `${sentence} See docs/slack.md.`);
}
