import { Telegram } from 'telegraf';
import type { Urgency } from '../../core/language/answer.ts';
import type { TelegramSettings } from './config.ts';
import { failureOf } from './failure.ts';
import { Pace } from './pace.ts';

/** The timeout of one request. Retries and their duration are the caller's choice. */
const tryMs = 10_000;

type Call = (method: string, payload: object, options: { readonly signal: AbortSignal }) => Promise<unknown>;

/** Telegram's Bot API, one attempt per call: https://core.telegram.org/bots/api */
export class BotApi {
  readonly #call: Call;
  readonly #pace: Pace;
  readonly #urgency: Urgency;

  private constructor(call: Call, pace: Pace, urgency: Urgency) {
    this.#call = call;
    this.#pace = pace;
    this.#urgency = urgency;
  }

  static open({ token, apiRoot, messagesPerSecond }: Omit<TelegramSettings, 'webhook'>): BotApi {
    return new BotApi(callerOf(new Telegram(token, { apiRoot })), new Pace(messagesPerSecond), 'usual');
  }

  /** The same, with priority, for help. */
  get forHelp(): BotApi {
    return new BotApi(this.#call, this.#pace, 'help');
  }

  /** @throws what `failureOf` reads */
  async call<T>(method: string, payload: object, signal: AbortSignal): Promise<T> {
    const chat = shownIn(method, payload);
    if (chat === null) return this.#once(method, payload, signal);
    await this.#pace.turn(chat, this.#urgency, signal);
    try {
      return await this.#once(method, payload, signal);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'rate-limited') this.#pace.close(chat, failure.retryAfterMs);
      throw error;
    }
  }

  async #once<T>(method: string, payload: object, signal: AbortSignal): Promise<T> {
    const one = AbortSignal.any([signal, AbortSignal.timeout(tryMs)]);
    return (await this.#call(method, payload, { signal: one })) as T;
  }
}

/** The chat in which this request shows a message; null for other requests, because Telegram limits them less. */
function shownIn(method: string, payload: object): string | null {
  if (!/^(send|edit)/.test(method)) return null;
  return 'chat_id' in payload ? String(payload.chat_id) : null;
}

/** Casts, because Telegraf's types lack newer methods and do not accept Node's AbortSignal. */
export function callerOf(telegram: Telegram): Call {
  return telegram.callApi.bind(telegram) as unknown as Call;
}
