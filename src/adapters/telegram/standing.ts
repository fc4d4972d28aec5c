import type { BotApi } from './bot-api.ts';
import { persist } from './persist.ts';

const knownForMs = 60_000;
const knownMax = 10_000;
const askWithinMs = 5_000;

/** https://core.telegram.org/bots/api#chatmember */
type Status = 'creator' | 'administrator' | 'member' | 'restricted' | 'left' | 'kicked';

/** What people are in groups: asked of Telegram when it is needed, and kept for at most a minute. */
export class Standing {
  readonly #api: BotApi;
  readonly #known = new Map<string, { readonly until: number; readonly status: Promise<Status> }>();

  constructor(api: BotApi) {
    this.#api = api;
  }

  /** @throws what `failureOf` reads */
  async administers(group: string, account: string): Promise<boolean> {
    return ['creator', 'administrator'].includes(await this.#of(group, account));
  }

  /** @throws what `failureOf` reads */
  async isIn(group: string, account: string): Promise<boolean> {
    return !['left', 'kicked'].includes(await this.#of(group, account));
  }

  #of(group: string, account: string): Promise<Status> {
    const key = `${group} ${account}`;
    const now = performance.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.status;
    this.#known.delete(key);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= knownMax) this.#known.delete(oldest);
    const status = this.#ask(group, account);
    this.#known.set(key, { until: now + knownForMs, status });
    status.catch(() => this.#known.delete(key));
    return status;
  }

  async #ask(group: string, account: string): Promise<Status> {
    const body = { chat_id: group, user_id: Number(account) };
    const ask = (signal: AbortSignal) => this.#api.call<{ status: Status }>('getChatMember', body, signal);
    return (await persist(AbortSignal.timeout(askWithinMs), ask)).status;
  }
}
