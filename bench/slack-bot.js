// A bot on Slack, in a process of its own. First, as in src/main.ts: V8 is kept as small for everyone here as it is for the bot.
import '../dist/small-footprint.js';

import { App, LogLevel } from '@slack/bolt';
import { barePasses } from './bare-passes.js';
import { memberCount } from './checkin-requests.js';
import { countsOf, listen } from './checkin-statements.js';
import { about, serve } from './worker.js';

const { settings, dataDir, bare } = about;
const close = bare === undefined ? await handrail() : await bareBot(bare);
let heard = null;

await serve({
  hear() {
    heard = listen();
  },
  heard() {
    const statements = heard.taken();
    heard.stop();
    return countsOf(statements, memberCount);
  },
  close,
});

/** The whole program. */
async function handrail() {
  const { run } = await import('../dist/main.js');
  const { apiUrl, appToken, botToken } = settings;
  const slack = { SLACK_API_URL: apiUrl, SLACK_APP_TOKEN: appToken, SLACK_BOT_TOKEN: botToken };
  const running = run({ HANDRAIL_DATA_DIR: dataDir, ...slack, LOG_LEVEL: 'warn' }, null);
  return async () => {
    process.emit('SIGTERM', 'SIGTERM');
    await running;
  };
}

/** What Bolt's own guide does: hear a message, write, say. */
async function bareBot({ answer, accounts }) {
  const { writeNext, close } = await barePasses(bare);
  const members = new Map(accounts.map(({ key }, member) => [key.split('/')[1], member]));
  const app = new App({
    socketMode: true,
    appToken: settings.appToken,
    token: settings.botToken,
    clientOptions: { slackApiUrl: settings.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  app.message(async ({ message, say }) => {
    await writeNext(members.get(message.user));
    await say(answer);
  });
  await app.start();
  return async () => {
    await app.stop();
    await close();
  };
}
