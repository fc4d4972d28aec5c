import { type ErrorCode, HandrailError } from './core/values/errors.ts';

/** The exit codes for a supervisor (the numbers of sysexits.h). 64 and 78: a restart will not help. */
export const exitCodes = { ok: 0, usage: 64, bug: 70, notDrained: 75, alreadyRunning: 75, configuration: 78 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byTrouble: Record<ErrorCode, ExitCode> = {
  'bad-usage': exitCodes.usage,
  'bad-feed': exitCodes.usage,
  'bad-configuration': exitCodes.configuration,
  'bad-content': exitCodes.configuration,
  'already-running': exitCodes.alreadyRunning,
  'not-installed': exitCodes.configuration,
  'storage-unavailable': exitCodes.configuration,
  unreadable: exitCodes.bug,
};

/**
 * Runs a command to its end. An error that a person can fix is printed as a sentence; any other is a bug, printed with
 * its stack.
 */
export async function toTheEnd(work: () => Promise<ExitCode>): Promise<void> {
  process.stdout.on('error', readerGone);
  try {
    loadEnvFile();
    process.exitCode = await work();
  } catch (error) {
    const known = error instanceof HandrailError;
    process.stderr.write(`${known ? error.message : `A bug, please report it: ${String((error as Error).stack)}`}\n`);
    process.exitCode = known ? byTrouble[error.code] : exitCodes.bug;
  } finally {
    // Exits anyway, because whatever still holds the process open had its time to finish.
    setTimeout(() => process.exit(), 500).unref();
  }
}

/** The reader closed the pipe, as in `handrail chat | head`. */
function readerGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.ok);
}

/** Loads settings from a file named .env; the environment itself takes precedence. */
function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
