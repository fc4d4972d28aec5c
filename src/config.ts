import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type DiscordSettings, discordEnvironment, discordSettings } from './adapters/discord/config.ts';
import { type SlackSettings, slackEnvironment, slackSecrets, slackSettings } from './adapters/slack/config.ts';
import {
  type TelegramSettings,
  telegramEnvironment,
  telegramSecrets,
  telegramSettings,
} from './adapters/telegram/config.ts';
import { HandrailError } from './core/values/errors.ts';
import { type LogLevel, logLevels } from './log.ts';
import type { DatabaseChoice } from './storage/database.ts';

/** The operator's settings, validated. */
export interface Config {
  /** The folder of the bot's data. */
  readonly dataDir: string;
  readonly database: DatabaseChoice;
  /** The possible places of the master key, the best first. */
  readonly keyFiles: readonly string[];
  /** null: not set. */
  readonly port: number | null;
  /** null: not set. */
  readonly logLevel: LogLevel | null;
  /** null: the platform is off. */
  readonly discord: DiscordSettings | null;
  readonly slack: SlackSettings | null;
  readonly telegram: TelegramSettings | null;
}

/** Settings that may also be given as a file, such as a Docker secret: DISCORD_TOKEN_FILE. */
const secrets = ['DISCORD_TOKEN', ...slackSecrets, ...telegramSecrets] as const;

const environment = z.object({
  HANDRAIL_DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .refine(
      (url) => /^file:.+/.test(url) || (/^postgres(ql)?:/.test(url) && URL.canParse(url)),
      'must be file: and a path, or postgres: with user, password, host and database (signs such as @ or / in a password are written as %40, %2F)',
    )
    .optional(),
  HANDRAIL_MASTER_KEY_FILE: z.string().min(1).optional(),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).optional(),
  LOG_LEVEL: z.enum(logLevels).optional(),
  ...discordEnvironment,
  ...slackEnvironment,
  ...telegramEnvironment,
});

/**
 * Reads the environment. An empty setting counts as not set.
 * @throws HandrailError('bad-configuration') with a sentence for each invalid setting; no value is repeated
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = environment.safeParse(withSecrets(whatIsSet(env)));
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new HandrailError(
      'bad-configuration',
      `Some settings do not fit (see .env.example):\n${sentences.join('\n')}`,
    );
  }
  const { HANDRAIL_DATA_DIR, DATABASE_URL, HANDRAIL_MASTER_KEY_FILE, PORT, LOG_LEVEL } = parsed.data;
  const dataDir = resolve(HANDRAIL_DATA_DIR);
  return {
    dataDir,
    database: databaseOf(DATABASE_URL, dataDir),
    keyFiles: HANDRAIL_MASTER_KEY_FILE === undefined ? keyFilesBy(dataDir) : [resolve(HANDRAIL_MASTER_KEY_FILE)],
    port: PORT ?? null,
    logLevel: LOG_LEVEL ?? null,
    discord: discordSettings(parsed.data),
    slack: slackSettings(parsed.data, PORT ?? null),
    telegram: telegramSettings(parsed.data, PORT ?? null),
  };
}

function whatIsSet(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value.trim() === '' ? [] : [[name, value]])),
  );
}

function withSecrets(env: Record<string, string>): Record<string, string> {
  const read = secrets.flatMap((name) => {
    const file = env[`${name}_FILE`];
    return file === undefined || env[name] !== undefined ? [] : [[name, secretIn(file, `${name}_FILE`)] as const];
  });
  return { ...env, ...Object.fromEntries(read) };
}

function secretIn(file: string, setting: string): string {
  const refuse = (why: string, options?: ErrorOptions) =>
    new HandrailError('bad-configuration', `${setting}: the file ${file} ${why}.`, options);
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`, { cause: error });
  }
  if (secret === '') throw refuse('is empty');
  return secret;
}

function databaseOf(url: string | undefined, dataDir: string): DatabaseChoice {
  if (url === undefined) return { kind: 'sqlite', file: join(dataDir, 'handrail.db') };
  if (!url.startsWith('file:')) return { kind: 'postgresql', url };
  return { kind: 'sqlite', file: resolve(url.replace(/^file:(\/\/)?/, '')) };
}

/**
 * Beside the data folder, so that a copy of that folder alone cannot be decrypted; inside it if no other place is
 * writable.
 */
function keyFilesBy(dataDir: string): readonly string[] {
  return [`${dataDir}.key`, join(dataDir, 'handrail.key')];
}
