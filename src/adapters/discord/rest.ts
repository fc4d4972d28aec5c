import { REST, type RESTOptions } from 'discord.js';
import type { DiscordSettings } from './config.ts';

/** Discord's HTTP API. Retries are ours, because discord.js does not know which requests are idempotent. */
export function openRest({ apiUrl, token }: DiscordSettings, own: Partial<RESTOptions>): REST {
  return new Rest({ version: '10', api: apiUrl, retries: 0, timeout: 10_000, ...own }, token);
}

/**
 * Keeps the token, because discord.js drops it at the first 401 and then sends nothing. A wrong token ends the gateway.
 */
class Rest extends REST {
  readonly #token: string;

  constructor(options: Partial<RESTOptions>, token: string) {
    super(options);
    this.#token = token;
    this.setToken();
  }

  override setToken(): this {
    return super.setToken(this.#token);
  }
}
