import { version } from 'discord.js';
import { benchOn } from './on-platform.js';

await benchOn({
  name: 'Discord',
  version: `discord.js ${version}`,
  server: 'discord-server',
  bot: 'discord-bot',
  bare: [
    { name: 'bare deferring', putsOff: true },
    { name: 'bare replying', putsOff: false },
  ],
  goalOf: 'bare deferring',
});
