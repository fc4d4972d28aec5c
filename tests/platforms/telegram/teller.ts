import { Seen } from './seen.ts';
import { asJson, type Callback, chatJson, type Telegram } from './telegram.ts';
import type { Delivery, Updates } from './updates.ts';
import { type Button, type Chat, channelBot, groupAnonymousBot, type Json, type Message, type User } from './world.ts';

interface TellerOptions {
  readonly telegram: Telegram;
  readonly updates: Updates;
  readonly answerWithinMs: number;
}

export interface Saying {
  readonly topic?: number;
  /** As an administrator whose name is hidden, or in the name of a channel. */
  readonly as?: 'anonymous administrator' | 'channel';
  /** What else the message holds: a picture, a voice. */
  readonly holds?: Json;
}

/** Tells the bot what people do, and waits for what they see of it. */
export class Teller {
  readonly #options: TellerOptions;

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  async says(user: User, chat: Chat, text: string, saying: Saying = {}): Promise<Seen> {
    const from = this.#options.telegram.change + 1;
    const delivery = this.tells(user, chat, text, saying);
    return delivery === null ? this.looks(user, chat) : this.#seen(user, chat, delivery, from, `an answer to ${text}`);
  }

  /** Without waiting for anything. Null where the bot is not told. */
  tells(user: User, chat: Chat, text: string, { topic, as, holds = {} }: Saying = {}): Delivery | null {
    const { telegram } = this.#options;
    if (chat.alone !== null) chat.alone.started = true;
    const message = telegram.written(chat, as === undefined ? user : 'someone unnamed', text, topic ?? null);
    // Privacy mode: of what is said in a group a bot is told commands alone.
    if (chat.alone === null && !text.startsWith('/')) return null;
    const said = text === '' ? holds : { text, ...entitiesOf(text), ...holds };
    return this.#options.updates.tell({ message: { ...this.#json(message, user, as), ...said } });
  }

  async presses(user: User, message: Message, button: Button): Promise<Seen> {
    const { telegram } = this.#options;
    if (button.url !== undefined) return this.follows(user, button.url);
    const id = String(telegram.newId());
    const callback: Callback = { user, answer: null };
    telegram.callbacks.set(id, callback);
    const from = telegram.change;
    const delivery = this.#options.updates.tell({
      callback_query: {
        id,
        from: asJson(user),
        chat_instance: '1',
        data: button.callback_data,
        message: { ...this.#json(message, user, undefined), from: telegram.me, text: message.text },
      },
    });
    return this.#seen(user, message.chat, delivery, from, `an answer to “${button.text}”`, callback);
  }

  /** Taps an address that opens the bot's private chat, and Start in it. */
  follows(user: User, url: string): Promise<Seen> {
    const { telegram } = this.#options;
    const parameter = new RegExp(`^https://t\\.me/${telegram.me.username}\\?start=([\\w-]{1,64})$`).exec(url)?.[1];
    if (parameter === undefined) throw new Error(`This leads to ${url}`);
    return this.says(user, telegram.aloneWith(user), `/start ${parameter}`);
  }

  /** All that this person sees in a chat. */
  looks(user: User, chat: Chat): Seen {
    return new Seen(this, user, () =>
      this.#options.telegram.messages.filter((one) => one.chat === chat && one.author === null),
    );
  }

  async until(what: string, look: () => boolean, instead?: () => string): Promise<void> {
    const { telegram, answerWithinMs } = this.#options;
    await telegram.changes.until(what, look, answerWithinMs, instead);
  }

  /** What the bot has shown since then, there or to this person alone. */
  async #seen(
    user: User,
    chat: Chat,
    delivery: Delivery,
    from: number,
    what: string,
    callback: Callback | null = null,
  ): Promise<Seen> {
    const { telegram } = this.#options;
    const alone = telegram.aloneWith(user);
    const look = () =>
      telegram.messages.filter(
        (one) => one.changed > from && one.author === null && (one.chat === chat || one.chat === alone),
      );
    const shown = () => look().some(({ gone }) => !gone) || (callback?.answer?.url ?? null) !== null;
    await this.until(what, shown);
    delivery.answeredAt ??= performance.now();
    return new Seen(this, user, look, delivery, callback);
  }

  #json({ id, chat, topic }: Message, user: User, as: Saying['as']): Json {
    return {
      message_id: id,
      date: Math.floor(Date.now() / 1_000),
      chat: chatJson(chat),
      from: asJson(user),
      ...(topic !== null && { message_thread_id: topic, is_topic_message: true }),
      ...(as === 'anonymous administrator' && {
        from: { id: groupAnonymousBot, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' },
        sender_chat: chatJson(chat),
      }),
      ...(as === 'channel' && {
        from: { id: channelBot, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' },
        sender_chat: { id: -1_001_999_999_999, type: 'channel', title: 'A channel' },
      }),
    };
  }
}

/** Telegram finds commands in what is said by itself. */
function entitiesOf(text: string): Json {
  const [command] = /^\/\w+(?:@\w+)?/.exec(text) ?? [];
  return command === undefined ? {} : { entities: [{ type: 'bot_command', offset: 0, length: command.length }] };
}
