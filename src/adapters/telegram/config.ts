import { z } from 'zod';
import { HandrailError } from '../../core/values/errors.ts';

export interface TelegramSettings {
  readonly token: string;
  /** Without a trailing slash. */
  readonly apiRoot: string;
  /** null: the bot polls, so Telegram does not need to reach it. */
  readonly webhook: Webhook | null;
  /** How many messages per second Telegram accepts from this process. */
  readonly messagesPerSecond: number;
}

export interface Webhook {
  /** The URL that Telegram calls, with a path of its own. */
  readonly url: string;
  /** Sent with each call, so that nobody else can impersonate Telegram. */
  readonly secret: string;
}

/** Settings that may also be given as a file, such as a Docker secret. */
export const telegramSecrets = ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_WEBHOOK_SECRET'] as const;

/** The settings of this platform, for the environment's schema. */
export const telegramEnvironment = {
  TELEGRAM_BOT_TOKEN: z
    .string()
    .trim()
    .regex(/^\d+:[\w-]+$/, 'must be a token as @BotFather gives it: numbers, a colon, letters')
    .optional(),
  TELEGRAM_API_ROOT: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .transform((url) => url.replace(/\/*$/, ''))
    .default('https://api.telegram.org'),
  TELEGRAM_WEBHOOK_URL: z
    .url({ protocol: /^https$/, error: 'must be an address that begins with https://' })
    .refine((url) => !/^\/(healthz|readyz|metrics|slack\b.*)?$/.test(pathOf(url)), {
      error: 'needs a path of its own, such as https://bot.example.org/telegram',
    })
    .optional(),
  TELEGRAM_MESSAGES_PER_SECOND: z.coerce
    .number('must be a number')
    .int()
    .min(1)
    .max(100_000)
    // https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    .default(30),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .trim()
    .regex(/^[\w-]{16,256}$/, 'must be 16 to 256 letters, digits, _ and - (openssl rand -hex 32 makes one)')
    .optional(),
};

/** The path that Telegram requests. */
export function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '/';
}

type Environment = z.output<z.ZodObject<typeof telegramEnvironment>>;

/**
 * null: no token is set, and the platform is off.
 * @throws HandrailError('bad-configuration') if the settings of the webhook are incomplete
 */
export function telegramSettings(env: Environment, port: number | null): TelegramSettings | null {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = env;
  const { TELEGRAM_WEBHOOK_URL: url, TELEGRAM_WEBHOOK_SECRET: secret } = env;
  if (token === undefined) {
    if (url === undefined && secret === undefined) return null;
    throw refuse('A webhook needs TELEGRAM_BOT_TOKEN beside it.');
  }
  const bot = { token, apiRoot, messagesPerSecond: env.TELEGRAM_MESSAGES_PER_SECOND };
  if (url === undefined && secret === undefined) return { ...bot, webhook: null };
  if (url === undefined || secret === undefined)
    throw refuse('TELEGRAM_WEBHOOK_URL and TELEGRAM_WEBHOOK_SECRET go together.');
  if (port === null) throw refuse('TELEGRAM_WEBHOOK_URL needs PORT: Telegram calls the bot there.');
  return { ...bot, webhook: { url, secret } };
}

function refuse(sentence: string): HandrailError {
  return new HandrailError('bad-configuration', `${sentence} See docs/telegram.md.`);
}
