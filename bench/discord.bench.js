import { version } from 'discord.js';
import { benchOn } from './on-platform.js';

await benchOn({
  name: 'Discord',
  version: `discord.js ${version}`,
  server: 'discord-server',
  bot: 'discord-bot',
  bare: [
    { name: 'bare deferring', putsOff: true, statements: '6846c93' },
    { name: 'bare replying', putsOff: false, statements: '6846c93' },
    { name: 'bare deferring, statements of today', putsOff: true, statements: 'today' },
  ],
  goalOf: 'bare deferring',
});
