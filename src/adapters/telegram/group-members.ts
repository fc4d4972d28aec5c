import { LRUCache } from 'lru-cache';
import type { BotApi } from './bot-api.ts';
import { failureOf } from './failure.ts';
import { retry } from './retry.ts';

const knownForMs = 60_000;
const knownMax = 10_000;
const askWithinMs = 5_000;

/** https://core.telegram.org/bots/api#chatmember */
type ChatMember = { readonly user: { readonly id: number } } & (
  | { readonly status: 'creator' | 'administrator' | 'member' | 'left' | 'kicked' }
  /** The status stays "restricted" after they leave. */
  | { readonly status: 'restricted'; readonly is_member: boolean }
);

/** Who is in a group and who administers it: asked when needed. Administrators are cached for at most a minute. */
export class GroupMembers {
  readonly #api: BotApi;
  readonly #administrators = new LRUCache<string, Promise<readonly string[]>>({ max: knownMax, ttl: knownForMs });

  constructor(api: BotApi) {
    this.#api = api;
  }

  /** @throws what `failureOf` reads */
  async administers(group: string, account: string): Promise<boolean> {
    let known = this.#administrators.get(group);
    if (known === undefined) {
      known = this.#administratorsOf(group);
      this.#administrators.set(group, known);
      known.catch(() => this.#administrators.delete(group));
    }
    return (await known).includes(account);
  }

  /**
   * Falls back to the administrators, whom Telegram lists for any bot, because hidden members are shown only to a bot
   * that is an administrator.
   * @throws what `failureOf` reads
   */
  async isIn(group: string, account: string): Promise<boolean> {
    try {
      const found = await this.#ask<ChatMember>('getChatMember', { chat_id: group, user_id: Number(account) });
      if (found.status === 'restricted') return found.is_member;
      return found.status !== 'left' && found.status !== 'kicked';
    } catch (error) {
      if (failureOf(error).kind !== 'refused') throw error;
      return this.administers(group, account);
    }
  }

  async #administratorsOf(group: string): Promise<readonly string[]> {
    const all = await this.#ask<readonly ChatMember[]>('getChatAdministrators', { chat_id: group });
    return all.map(({ user }) => String(user.id));
  }

  #ask<T>(method: string, body: object): Promise<T> {
    return retry(AbortSignal.timeout(askWithinMs), (signal) => this.#api.call<T>(method, body, signal));
  }
}
