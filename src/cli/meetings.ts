import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { importMeetings } from '../core/meetings/import.ts';
import { readMeetingGuide } from '../core/meetings/meeting-guide.ts';
import { HandrailError } from '../core/values/errors.ts';
import { zoneId } from '../core/values/time.ts';
import { type ExitCode, exitCodes, toTheEnd } from '../exit.ts';
import { systemClock } from '../main.ts';
import { besideBot } from './beside-bot.ts';

export function addMeetings(handrail: Command): void {
  handrail
    .command('meetings')
    .description('the meetings that members are shown')
    .command('import <file>')
    .description('read a Meeting Guide feed (JSON) in place of the one of that name')
    .option('--name <name>', 'what members see as its source (default: the name of the file)')
    .option('--program <program>', 'the fellowship that its codes belong to', 'aa')
    .option('--zone <zone>', 'the time zone of meetings that give none')
    .action((file: string, options: ImportOptions) => toTheEnd(() => importFeed(file, options)));
}

interface ImportOptions {
  name?: string;
  program: string;
  zone?: string;
}

async function importFeed(
  file: string,
  { name = basename(file, '.json'), program, zone }: ImportOptions,
): Promise<ExitCode> {
  const feedZone = zone === undefined ? null : zoneId(zone);
  if (zone !== undefined && feedZone === null) {
    throw new HandrailError('bad-usage', `The time zone ${zone} is not known. Write it as America/New_York.`);
  }
  const read = readMeetingGuide(readJson(file), feedZone);
  if (read.meetings.length === 0) {
    const reasons = [...read.keptOut].map(([reason, count]) => `\n  ${count} kept out: ${reason}`).join('');
    throw new HandrailError('bad-feed', `${file} has no meeting that can be shown; nothing was changed.${reasons}`);
  }
  await besideBot({ makes: true }, (store) =>
    importMeetings(store, systemClock, { name, program }, randomUUID(), read.meetings),
  );
  const keptOut = [...read.keptOut].map(([reason, count]) => `  ${count} kept out: ${reason}`);
  const unknown =
    read.zoneUnknown === 0 ? [] : [`  ${read.zoneUnknown} of them without a time zone: shown as written (give --zone)`];
  process.stdout.write([`${name}: ${read.meetings.length} meetings`, ...unknown, ...keptOut, ''].join('\n'));
  return exitCodes.ok;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'it is not JSON';
    throw new HandrailError('bad-feed', `${file} cannot be read: ${why}.`, { cause: error });
  }
}
