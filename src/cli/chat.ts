import type { Command } from 'commander';
import { toTheEnd } from '../exit.ts';
import { run } from '../main.ts';

interface ChatOptions {
  as?: string;
  in?: string;
  role?: string;
  zone?: string;
  at?: string;
  json: boolean;
}

export function addChat(handrail: Command): void {
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
}
