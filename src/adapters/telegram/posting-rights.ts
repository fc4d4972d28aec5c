import type { Place } from '../../core/language/request.ts';
import type { PostingRight } from '../../core/platform/platform.ts';
import type { BotApi } from './bot-api.ts';
import { failureOf, refusalOf } from './failure.ts';
import { retry } from './retry.ts';

const askWithinMs = 5_000;

/** https://core.telegram.org/bots/api#chatmember */
type BotMember =
  | { readonly status: 'creator' | 'administrator' | 'member' | 'left' | 'kicked' }
  | { readonly status: 'restricted'; readonly is_member: boolean; readonly can_send_messages: boolean };

/** https://core.telegram.org/bots/api#chatfullinfo */
interface Group {
  readonly is_forum?: boolean;
  /** What its members may do by default. */
  readonly permissions?: { readonly can_send_messages?: boolean };
}

/** Where the bot may post: a group's only channel is the group itself, with the topics in it. */
export class PostingRights {
  readonly #api: BotApi;
  readonly #botId: number;
  readonly #moved: (group: string, to: string) => unknown;

  /** `moved`: called when the group has a new ID. */
  constructor(api: BotApi, token: string, moved: (group: string, to: string) => unknown) {
    this.#api = api;
    // The first part of a token is the bot's ID.
    this.#botId = Number(token.split(':')[0]);
    this.#moved = moved;
  }

  async mayPost(place: Place, community: string): Promise<PostingRight> {
    if (place.kind === 'private' || place.channel !== community) return 'elsewhere';
    if (place.kind === 'thread' && !/^\d{1,15}$/.test(place.thread)) return 'elsewhere';
    try {
      return await this.#mayPostIn(community, place.kind === 'thread');
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'bug') throw error;
      if (failure.kind !== 'refused') return 'unknown';
      if (failure.movedTo === null) return refusalOf(failure) === 'invalid' ? 'unknown' : 'no-permission';
      // The next request comes from the new group, so it is not asked about here.
      this.#moved(community, failure.movedTo);
      return 'unknown';
    }
  }

  async #mayPostIn(group: string, inTopic: boolean): Promise<PostingRight> {
    const signal = AbortSignal.timeout(askWithinMs);
    const [bot, { is_forum: isForum = false, permissions }] = await Promise.all([
      this.#ask<BotMember>('getChatMember', { chat_id: group, user_id: this.#botId }, signal),
      this.#ask<Group>('getChat', { chat_id: group }, signal),
    ]);
    if (inTopic && !isForum) return 'elsewhere';
    return isAllowed(bot, permissions?.can_send_messages === true) ? 'yes' : 'no-permission';
  }

  #ask<T>(method: string, body: object, signal: AbortSignal): Promise<T> {
    return retry(signal, (left) => this.#api.call<T>(method, body, left));
  }
}

/** A restricted member may do at most what all members may. */
function isAllowed(bot: BotMember, membersMay: boolean): boolean {
  switch (bot.status) {
    case 'creator':
    case 'administrator':
      return true;
    case 'member':
      return membersMay;
    case 'restricted':
      return membersMay && bot.is_member && bot.can_send_messages;
    case 'left':
    case 'kicked':
      return false;
  }
}
