import { type ErrorCode, HandrailError } from './core/values/errors.ts';

/** What a supervisor reads when the program ends (the numbers of sysexits.h). 64 and 78: starting again will not help. */
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

/** Runs a command to its end. What a person can mend is told in a sentence; anything else is a bug, with its stack. */
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
    // Whatever still holds the process open now was given its time to finish.
    setTimeout(() => process.exit(), 500).unref();
  }
}

/** `handrail chat | head`: whoever read has read enough. */
function readerGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.ok);
}

/** Settings in a file named .env hold unless the environment itself says otherwise. */
function loadEnvFile(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
