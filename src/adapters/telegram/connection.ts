import type { RequestListener } from 'node:http';
import { Telegraf } from 'telegraf';
import { within } from '../../core/deadline.ts';
import { sleepWithin } from '../../core/delivery/persist.ts';
import { HandrailError } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import { callerOf } from './bot-api.ts';
import { pathOf, type TelegramSettings, type Webhook } from './config.ts';
import { failureOf, reasonOf } from './failure.ts';
import { allowedUpdates, type Update } from './inbound.ts';
import { pause } from './persist.ts';

/** Who polls waits up to 50 s for news: a connection that says nothing for longer is dead. */
const pollWithinMs = 65_000;
const askWithinMs = 10_000;
/** A poll that ends tells Telegram what it has seen, so that nothing of it comes again. */
const lastWordMs = 2_000;
/** After this long, what went wrong before has nothing to do with what goes wrong now. */
const steadyMs = 60_000;

export interface ConnectionOptions {
  readonly settings: TelegramSettings;
  readonly log: Log;
  readonly stopping: AbortSignal;
  readonly mount: (prefix: string, listener: RequestListener) => void;
  /** The bot is let in, under this name; before the first update. */
  readonly connected: (username: string) => void;
  /** Must not be waited for: the next poll would wait too. */
  readonly heard: (update: Update) => void;
  readonly pollWithinMs?: number;
}

/** How Telegram's updates come in: asked for by Telegraf, or brought to the bot's own HTTP server. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #bot: Telegraf;

  constructor(options: ConnectionOptions) {
    const { settings, log, heard } = options;
    const { token, apiRoot } = settings;
    this.#options = options;
    this.#bot = new Telegraf(token, { telegram: { apiRoot, webhookReply: false } });
    this.#bot.use(({ update }) => heard(update));
    // Without this one update that cannot be read would end everything.
    this.#bot.catch((error) => log.error('an update could not be read', { platform: 'telegram', error }));
    this.#endsInTime();
  }

  /**
   * Resolves when it was stopped.
   * @throws HandrailError('bad-configuration') where Telegram will never let it in
   */
  async run(): Promise<void> {
    const { settings, connected, stopping } = this.#options;
    await this.#untilDone(async () => {
      this.#bot.botInfo ??= await this.#bot.telegram.getMe();
    });
    if (stopping.aborted || this.#bot.botInfo === undefined) return;
    connected(this.#bot.botInfo.username);
    await (settings.webhook === null ? this.#poll() : this.#beCalled(settings.webhook));
  }

  async #poll(): Promise<void> {
    const { stopping, log } = this.#options;
    while (!stopping.aborted) {
      await this.#untilDone(async () => {
        log.info('connected', { platform: 'telegram' });
        const polling = this.#bot.launch({ allowedUpdates: [...allowedUpdates] });
        polling.catch(() => {});
        // Between two tries Telegraf sleeps, and does not wake up to stop.
        await Promise.race([polling, ended(stopping).then(() => within(lastWordMs, polling, undefined))]);
      });
    }
  }

  async #beCalled({ url, secret }: Webhook): Promise<void> {
    const { mount, log, stopping } = this.#options;
    const path = pathOf(url);
    const callback = this.#bot.webhookCallback(path, { secretToken: secret });
    mount(path, (request, response) => {
      // Telegram tells of it again, to whoever listens then.
      if (stopping.aborted) return void response.writeHead(503).end();
      callback(request, response).catch((error: unknown) => {
        log.warn('a call of the webhook could not be read', { platform: 'telegram', error });
        response.end();
      });
    });
    const webhook = { url, secret_token: secret, allowed_updates: allowedUpdates };
    const set = callerOf(this.#bot.telegram);
    await this.#untilDone(async () => {
      await set('setWebhook', webhook, { signal: stopping });
      log.info('connected', { platform: 'telegram' });
    });
    await ended(stopping);
  }

  /** Tries until it is done, or the bot stops. @throws HandrailError('bad-configuration') */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    const { stopping, log } = this.#options;
    for (let tries = 0; ; tries += 1) {
      const since = performance.now();
      try {
        return await work();
      } catch (error) {
        if (stopping.aborted) return;
        const refused = refusalFor(error);
        if (refused !== null) throw refused;
        if (isConflict(error)) log.warn(anotherPolls, { platform: 'telegram' });
        else
          log.warn('telegram cannot be reached, and is tried again', {
            platform: 'telegram',
            reason: reasonOf(error),
            error,
          });
        if (performance.now() - since > steadyMs) tries = 0;
        const failure = failureOf(error);
        const waited =
          failure.kind === 'rate-limited'
            ? await sleepWithin(failure.retryAfterMs, stopping)
            : await pause(tries, stopping);
        if (!waited) return;
      }
    }
  }

  /** Telegraf would wait for eight minutes on a connection that is dead, and its own way to stop wants a poll that runs. */
  #endsInTime(): void {
    const { telegram } = this.#bot;
    const { stopping, pollWithinMs: longest = pollWithinMs } = this.#options;
    const call = callerOf(telegram);
    const bounded = (method: string, payload: object) => {
      const isPoll = method === 'getUpdates' && 'timeout' in payload;
      const isLastWord = method === 'getUpdates' && !isPoll;
      const inTime = AbortSignal.timeout(isPoll ? longest : askWithinMs);
      return call(method, payload, { signal: isLastWord ? inTime : AbortSignal.any([stopping, inTime]) });
    };
    telegram.callApi = bounded as unknown as typeof telegram.callApi;
  }
}

const anotherPolls =
  'another process polls for this bot: Telegram tells one alone. Stop the other, or use a webhook (docs/telegram.md). Trying again.';

function isConflict(error: unknown): boolean {
  return (error as { code?: unknown }).code === 409;
}

/** What an operator can mend, and trying again cannot. */
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
