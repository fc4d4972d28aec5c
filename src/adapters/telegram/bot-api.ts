import { Telegram } from 'telegraf';
import type { TelegramSettings } from './config.ts';

/** One request may take this long. What is tried again, and for how long, is the caller's. */
const tryMs = 10_000;

type Call = (method: string, payload: object, options: { readonly signal: AbortSignal }) => Promise<unknown>;

/** Telegram's Bot API, one request at a time: https://core.telegram.org/bots/api */
export class BotApi {
  readonly #call: Call;

  constructor({ token, apiRoot }: Pick<TelegramSettings, 'token' | 'apiRoot'>) {
    this.#call = callerOf(new Telegram(token, { apiRoot }));
  }

  /** @throws what `failureOf` reads */
  async call<T>(method: string, payload: object, signal: AbortSignal): Promise<T> {
    const one = AbortSignal.any([signal, AbortSignal.timeout(tryMs)]);
    return (await this.#call(method, payload, { signal: one })) as T;
  }
}

/** Telegraf's types lack the newer methods, and take another AbortSignal than Node's for the only one. */
export function callerOf(telegram: Telegram): Call {
  return telegram.callApi.bind(telegram) as unknown as Call;
}
