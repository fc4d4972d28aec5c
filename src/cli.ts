#!/usr/bin/env node
import './v8-flags.ts';

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { appManifest } from './adapters/slack/manifest.ts';
import { readConfig } from './config.ts';
import { readContent } from './content.ts';
import { importMeetings } from './core/meetings/import.ts';
import { readMeetingGuide } from './core/meetings/meeting-guide.ts';
import { definitionsOver } from './core/rooms.ts';
import { HandrailError } from './core/values/errors.ts';
import { zoneId } from './core/values/time.ts';
import { type ExitCode, exitCodes, toTheEnd } from './exit.ts';
import { openLog } from './log.ts';
import { run, systemClock, tellOfKey } from './main.ts';
import { openDatabase } from './storage/database.ts';
import { openStorage } from './storage/open.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const handrail = new Command('handrail')
  .description('A peer-support bot for addiction-recovery communities.')
  .version(version)
  .showHelpAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
  });

handrail
  .command('start')
  .description('run the bot: on every platform that is set up, or on this terminal while none is')
  .action(() => toTheEnd(() => run(process.env, null)));

interface ChatOptions {
  as?: string;
  in?: string;
  role?: string;
  zone?: string;
  at?: string;
  json: boolean;
}

handrail
  .command('chat')
  .description('talk with the bot on this terminal, or through a pipe')
  .option('--as <name>', 'who you are')
  .option('--in <community>', 'the community that you ask from')
  .option('--role <role>', 'moderator or member')
  .option('--zone <zone>', 'the time zone that your clock is in, such as America/New_York')
  .option('--at <time>', 'move the clock, such as 2026-03-08T09:00')
  .option('--json', 'print one JSON object an answer', false)
  .addHelpText(
    'after',
    '\nLines: /checkin mood:4 note:"slept well"; a number presses that button; :help moves who, where and when.',
  )
  .action(({ json, ...session }: ChatOptions) => toTheEnd(() => run(process.env, { session, json })));

handrail
  .command('meetings')
  .description('the meetings that members are shown')
  .command('import <file>')
  .description('read a Meeting Guide feed (JSON) in place of the one of that name')
  .option('--name <name>', 'what members see as its source (default: the name of the file)')
  .option('--program <program>', 'the fellowship that its codes belong to', 'aa')
  .option('--zone <zone>', 'the time zone of meetings that give none')
  .action((file: string, options: ImportOptions) => toTheEnd(() => importFeed(file, options)));

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
  const { database, keyFiles } = readConfig(process.env);
  const storage = await openStorage({
    database: await openDatabase(database, false),
    keyFiles,
    log: openLog('warn'),
    onKeyMade: tellOfKey,
  });
  try {
    const trouble = storage.trouble();
    if (trouble !== null) throw new HandrailError('storage-unavailable', trouble);
    await importMeetings(storage.store, systemClock, { name, program }, randomUUID(), read.meetings);
  } finally {
    await storage.close();
  }
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

handrail
  .command('content')
  .description('what the bot says and knows')
  .command('check')
  .description('check every file of content/, and list what no person has verified yet')
  .action(() => toTheEnd(async () => checkContent()));

function checkContent(): ExitCode {
  const { helplines, fellowships, strategies } = readContent();
  const lines = Object.entries(helplines).flatMap(([country, { lines }]) =>
    lines.map((line) => ({ country, ...line })),
  );
  const unverified = lines.filter(({ verifiedAt }) => verifiedAt === null);
  const links = fellowships.filter(({ verifiedAt }) => verifiedAt === null);
  process.stdout.write(
    [
      `${strategies.length} strategies, ${fellowships.length} fellowships, ${lines.length} helplines in ${Object.keys(helplines).length} countries: all as they should be.`,
      `Helplines that no person has compared with their source yet: ${unverified.length}`,
      ...unverified.map(({ country, name, source }) => `  ${country}  ${name}: ${source}`),
      `Fellowships whose links no person has opened yet: ${links.length}`,
      ...links.map(({ name, finder }) => `  ${name}: ${finder}`),
      '',
    ].join('\n'),
  );
  return exitCodes.ok;
}

handrail
  .command('slack')
  .description('the bot as an app of Slack')
  .command('manifest')
  .description('print what Slack is to know of the app (JSON), to make it from')
  .option('--url <address>', 'where Slack reaches the bot, such as https://bot.example.org (default: Socket Mode)')
  .action(({ url }: { url?: string }) => toTheEnd(async () => printManifest(url ?? null)));

function printManifest(url: string | null): ExitCode {
  if (url !== null && !/^https:\/\/[^/\s]+$/.test(url)) {
    throw new HandrailError('bad-usage', 'The address must begin with https:// and end without a slash.');
  }
  const content = readContent();
  const manifest = appManifest(definitionsOver(content).commands, content.wordsFor('en'), url);
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  return exitCodes.ok;
}

await handrail.parseAsync();
