import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HandrailError } from './core/errors.ts';
import { type LogLevel, logLevels } from './log.ts';

/** What the operator set, checked. Platforms add theirs. */
export interface Config {
  /** Where the bot keeps what is its own. */
  readonly dataDir: string;
  /** SQLite's file. */
  readonly databaseFile: string;
  /** null: not set. */
  readonly port: number | null;
  /** null: not set. */
  readonly logLevel: LogLevel | null;
}

const environment = z.object({
  HANDRAIL_DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^file:.+/, 'must be file: and a path, such as file:./data/handrail.db')
    .optional(),
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).optional(),
  LOG_LEVEL: z.enum(logLevels).optional(),
});

/**
 * Reads the environment. A setting that is set to nothing is not set.
 * @throws HandrailError('bad-configuration') with a sentence for each setting that does not fit; no value is repeated
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new HandrailError(
      'bad-configuration',
      `Some settings do not fit (see .env.example):\n${sentences.join('\n')}`,
    );
  }
  const { HANDRAIL_DATA_DIR: dataDir, DATABASE_URL: url, PORT: port, LOG_LEVEL: logLevel } = parsed.data;
  return {
    dataDir: resolve(dataDir),
    databaseFile: resolve(url?.replace(/^file:(\/\/)?/, '') ?? join(dataDir, 'handrail.db')),
    port: port ?? null,
    logLevel: logLevel ?? null,
  };
}
