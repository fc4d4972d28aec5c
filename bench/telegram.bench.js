import { readFileSync } from 'node:fs';
import { benchOn } from './on-platform.js';

// Telegraf shows its package.json to nobody who asks for it by name.
const { version } = JSON.parse(readFileSync(new URL('../node_modules/telegraf/package.json', import.meta.url), 'utf8'));

await benchOn({
  name: 'Telegram',
  version: `telegraf ${version}`,
  server: 'telegram-server',
  bot: 'telegram-bot',
  bare: [
    { name: 'bare telegraf', alone: true, statements: '6846c93' },
    { name: 'bare telegraf, statements of today', alone: true, statements: 'today' },
  ],
  goalOf: 'bare telegraf',
});
