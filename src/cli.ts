#!/usr/bin/env node
import './v8-flags.ts';

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addChat } from './cli/chat.ts';
import { addContent } from './cli/content.ts';
import { addMeetings } from './cli/meetings.ts';
import { addOutbox } from './cli/outbox.ts';
import { addSlack } from './cli/slack.ts';
import { addStart } from './cli/start.ts';
import { exitCodes } from './exit.ts';

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

for (const add of [addStart, addChat, addMeetings, addOutbox, addContent, addSlack]) add(handrail);
await handrail.parseAsync();
