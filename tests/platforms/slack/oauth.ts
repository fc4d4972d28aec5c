import { SlackError } from './slack.ts';
import { type Json, newId, type Team, type User } from './world.ts';

interface OAuthOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appId: string;
  /** How long the first token of an installation lasts, later ones half a day; null: tokens do not end. */
  readonly lastSeconds: number | null;
}

/** How workspaces install the app: https://docs.slack.dev/authentication/installing-with-oauth */
export class OAuth {
  readonly #options: OAuthOptions;
  readonly #codes = new Map<string, { readonly team: Team; readonly by: User }>();
  readonly #refreshing = new Map<string, { readonly team: Team; readonly by: User }>();

  constructor(options: OAuthOptions) {
    this.#options = options;
  }

  /** What Slack's page sends back after someone agreed. */
  codeFor(team: Team, by: User): string {
    const code = newId('E');
    this.#codes.set(code, { team, by });
    return code;
  }

  access({ client_id, client_secret, code, grant_type, refresh_token }: Json): Json {
    const { clientId, clientSecret, appId, lastSeconds } = this.#options;
    if (client_id !== clientId || client_secret !== clientSecret) throw new SlackError('invalid_client_id');
    const refreshes = grant_type === 'refresh_token';
    const from = refreshes ? this.#refreshing : this.#codes;
    const given = String(refreshes ? refresh_token : code);
    const found = from.get(given);
    if (found === undefined) throw new SlackError(refreshes ? 'invalid_refresh_token' : 'invalid_code');
    from.delete(given);
    const { team, by } = found;
    const token = `xoxb-${newId('E')}`;
    team.tokens.add(token);
    const refreshToken = `xoxe-${newId('E')}`;
    this.#refreshing.set(refreshToken, found);
    return {
      access_token: token,
      token_type: 'bot',
      scope: 'commands,chat:write',
      bot_user_id: team.botUserId,
      app_id: appId,
      team: { id: team.id, name: team.name },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: by.id },
      ...(lastSeconds !== null && { refresh_token: refreshToken, expires_in: refreshes ? 43_200 : lastSeconds }),
    };
  }
}
