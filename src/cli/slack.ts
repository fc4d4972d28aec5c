import type { Command } from 'commander';
import { appManifest } from '../adapters/slack/manifest.ts';
import { readContent } from '../content.ts';
import { definitionsOver } from '../core/rooms.ts';
import { HandrailError } from '../core/values/errors.ts';
import { type ExitCode, exitCodes, toTheEnd } from '../exit.ts';

export function addSlack(handrail: Command): void {
  handrail
    .command('slack')
    .description('the bot as an app of Slack')
    .command('manifest')
    .description('print what Slack is to know of the app (JSON), to make it from')
    .option('--url <address>', 'where Slack reaches the bot, such as https://bot.example.org (default: Socket Mode)')
    .action(({ url }: { url?: string }) => toTheEnd(async () => printManifest(url ?? null)));
}

function printManifest(url: string | null): ExitCode {
  if (url !== null && !/^https:\/\/[^/\s]+$/.test(url)) {
    throw new HandrailError('bad-usage', 'The address must begin with https:// and end without a slash.');
  }
  const content = readContent();
  const manifest = appManifest(definitionsOver(content).commands, content.wordsFor('en'), url);
  process.stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  return exitCodes.ok;
}
