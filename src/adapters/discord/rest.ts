import { REST, type RESTOptions } from 'discord.js';
import type { DiscordSettings } from './config.ts';

/** Discord's HTTP interface. Tries are ours: discord.js would send again without knowing what may arrive twice. */
export function openRest({ apiUrl, token }: DiscordSettings, own: Partial<RESTOptions>): REST {
  return new Rest({ version: '10', api: apiUrl, retries: 0, timeout: 10_000, ...own }, token);
}

/** discord.js forgets the token at the first 401, and from then on sends nothing at all. A token that is wrong ends the gateway. */
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
