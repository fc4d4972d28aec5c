import { createRequire } from 'node:module';
import { benchOn } from './on-platform.js';

const { version } = createRequire(import.meta.url)('@slack/bolt/package.json');

await benchOn({
  name: 'Slack',
  version: `@slack/bolt ${version}`,
  server: 'slack-server',
  bot: 'slack-bot',
  bare: [
    { name: 'bare bolt', statements: '6846c93' },
    { name: 'bare bolt, statements of today', statements: 'today' },
  ],
  goalOf: 'bare bolt',
});
