import type { RequestListener } from 'node:http';
import { Telegram } from 'telegraf';
import { sleepWithin } from '../../core/adapter-kit/retry.ts';
import { HandrailError } from '../../core/values/errors.ts';
import type { Log } from '../../core/values/log.ts';
import { callerOf } from './bot-api.ts';
import { pathOf, type TelegramSettings, type Webhook } from './config.ts';
import { failureOf, reasonOf } from './failure.ts';
import { allowedUpdates, type Update } from './inbound.ts';
import { Polling } from './polling.ts';
import { pause } from './retry.ts';
import { webhookListener } from './webhook.ts';

/** A poll waits up to 50 s for updates, so a connection that is silent for longer is dead. */
const pollWithinMs = 65_000;
const askWithinMs = 10_000;
/** The timeout of the last poll, which confirms the handled updates. */
const confirmWithinMs = 2_000;
/** After this time a new failure is unrelated to the ones before. */
const steadyMs = 60_000;

export interface ConnectionOptions {
  readonly settings: TelegramSettings;
  readonly log: Log;
  readonly stopping: AbortSignal;
  readonly mount: (prefix: string, listener: RequestListener) => void;
  /** Called with the bot's username, before the first update. */
  readonly connected: (username: string) => void;
  /** Resolves when the update is handled. Never rejects. */
  readonly heard: (update: Update) => Promise<void>;
  readonly pollWithinMs?: number;
}

/** Receives Telegram's updates by polling or by webhook. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #call: ReturnType<typeof callerOf>;
  readonly #polling: Polling | null;
  #isReached = false;

  constructor(options: ConnectionOptions) {
    const { settings, stopping, heard, pollWithinMs: longest = pollWithinMs } = options;
    const { token, apiRoot, webhook } = settings;
    this.#options = options;
    this.#call = callerOf(new Telegram(token, { apiRoot }));
    const getUpdates = (body: { readonly timeout?: number }) => {
      const poll = (signal: AbortSignal) => this.#call('getUpdates', body, { signal }) as Promise<readonly Update[]>;
      // Only the last poll does not wait, because it is sent when everything else has stopped.
      return body.timeout === 0 ? poll(AbortSignal.timeout(confirmWithinMs)) : this.#untilStopped(longest, poll);
    };
    this.#polling = webhook === null ? new Polling({ getUpdates, heard, stopping }) : null;
  }

  /** Whether the last request succeeded: a poll, or setting up polling or the webhook. */
  get connected(): boolean {
    return this.#isReached && !this.#options.stopping.aborted;
  }

  /**
   * Resolves when stopped.
   * @throws HandrailError('bad-configuration') if Telegram will never accept the bot
   */
  async run(): Promise<void> {
    const { settings, connected, stopping } = this.#options;
    let username: string | null = null;
    await this.#untilDone(async () => {
      ({ username } = await this.#ask<{ username: string }>('getMe', {}));
    });
    if (stopping.aborted || username === null) return;
    connected(username);
    await (settings.webhook === null ? this.#poll() : this.#beCalled(settings.webhook));
  }

  /** Confirms the handled updates when all work is done, so that Telegram does not send them again. */
  async confirm(): Promise<void> {
    await this.#polling?.confirm().catch(() => {});
  }

  async #poll(): Promise<void> {
    await this.#untilDone(async () => {
      await this.#ask('deleteWebhook', {});
      this.#isReached = true;
      this.#options.log.info('connected', { platform: 'telegram' });
      await this.#polling?.run();
    });
  }

  async #beCalled(webhook: Webhook): Promise<void> {
    const { mount, log, stopping, heard } = this.#options;
    const { url, secret } = webhook;
    mount(pathOf(url), webhookListener({ webhook, heard, log, stopping }));
    await this.#untilDone(async () => {
      await this.#ask('setWebhook', { url, secret_token: secret, allowed_updates: allowedUpdates });
      this.#isReached = true;
      log.info('connected', { platform: 'telegram' });
    });
    await ended(stopping);
  }

  async #ask<T>(method: string, body: object): Promise<T> {
    return (await this.#untilStopped(askWithinMs, (signal) => this.#call(method, body, { signal }))) as T;
  }

  /** Avoids AbortSignal.any, because in Node 20 a long-lived signal keeps every signal that depends on it. */
  async #untilStopped<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { stopping } = this.#options;
    const over = new AbortController();
    const end = (): void => over.abort();
    const timer = setTimeout(end, ms);
    if (stopping.aborted) end();
    else stopping.addEventListener('abort', end);
    try {
      return await work(over.signal);
    } finally {
      clearTimeout(timer);
      stopping.removeEventListener('abort', end);
    }
  }

  /** Retries until it is done or the bot stops. @throws HandrailError('bad-configuration') */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    const { stopping, log } = this.#options;
    for (let tries = 0; ; tries += 1) {
      const since = performance.now();
      try {
        return await work();
      } catch (error) {
        this.#isReached = false;
        if (stopping.aborted) return;
        const refused = refusalFor(error);
        if (refused !== null) throw refused;
        const failure = failureOf(error);
        if (failure.kind === 'bug') throw error;
        if (isConflict(error)) log.warn(anotherPolls, { platform: 'telegram' });
        else
          log.warn('telegram cannot be reached, and is tried again', {
            platform: 'telegram',
            reason: reasonOf(error),
            error,
          });
        if (performance.now() - since > steadyMs) tries = 0;
        const waited =
          failure.kind === 'rate-limited'
            ? await sleepWithin(failure.retryAfterMs, stopping)
            : await pause(tries, stopping);
        if (!waited) return;
      }
    }
  }
}

const anotherPolls =
  'another process polls for this bot: Telegram tells one alone. Stop the other, or use a webhook (docs/telegram.md). Trying again.';

function isConflict(error: unknown): boolean {
  return (error as { code?: unknown }).code === 409;
}

/** An error that an operator must fix, because a retry cannot. */
function refusalFor(error: unknown): HandrailError | null {
  const { code } = error as { code?: unknown };
  if (code === 401 || code === 404) {
    const sentence = `Telegram: the token in TELEGRAM_BOT_TOKEN (or TELEGRAM_BOT_TOKEN_FILE) is not accepted (${code}). Ask @BotFather for it (/mybots, then your bot, API Token), and start again.`;
    return new HandrailError('bad-configuration', sentence, { cause: error });
  }
  const failure = failureOf(error);
  if (failure.kind !== 'refused' || !/webhook|secret token/i.test(failure.description)) return null;
  const sentence = `Telegram does not take the webhook in TELEGRAM_WEBHOOK_URL: ${failure.description}. See docs/telegram.md.`;
  return new HandrailError('bad-configuration', sentence, { cause: error });
}

function ended(stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
}
