import { type DestinationStream, pino } from 'pino';
import type { Log, LogFields } from './core/values/log.ts';

/** The allowed fields of a line. All others are dropped, because the log must not contain what members say. */
const allowed: readonly (keyof LogFields)[] = [
  'platform',
  'requestId',
  'command',
  'route',
  'form',
  'reason',
  'signal',
  'feed',
  'delivery',
  'job',
  'migration',
  'path',
  'port',
  'count',
  'ms',
  'version',
  'zones',
];

export const logLevels = ['error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Writes JSON lines to standard error, because standard output belongs to the conversation on the terminal. */
export function openLog(level: LogLevel, destination: DestinationStream = pino.destination(2)): Log {
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return {
    info: (event, fields) => log.info(only(fields), event),
    warn: (event, fields) => log.warn(only(fields), event),
    error: (event, fields) => log.error(only(fields), event),
  };
}

function only(fields: LogFields = {}): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const name of allowed) if (fields[name] !== undefined) line[name] = fields[name];
  if (fields.error !== undefined) line['error'] = withoutMessage(fields.error);
  return line;
}

/**
 * Returns class, code and stack frames, without the message, because a database's or parser's message may quote a
 * member.
 */
function withoutMessage(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    name: error.name,
    code: (error as { code?: unknown }).code,
    frames: framesOf(error).slice(0, 12),
  };
}

/** Reads only the stack after the message, because lines of a message can look like frames. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const begin = stack.indexOf(message);
  if (begin === -1) return [];
  const lines = stack.slice(begin + message.length).split('\n');
  return lines.filter((line) => line.startsWith('    at ')).map((line) => line.trim());
}
