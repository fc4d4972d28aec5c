// A bot on Slack, in a process of its own. First, as in src/main.ts: V8 is kept as small for everyone here as it is for the bot.
import '../dist/v8-flags.js';

import { App, LogLevel } from '@slack/bolt';
import { barePasses } from './bare-passes.js';
import { serveBot } from './bot-process.js';

await serveBot({
  env: ({ apiUrl, appToken, botToken }) => ({
    SLACK_API_URL: apiUrl,
    SLACK_APP_TOKEN: appToken,
    SLACK_BOT_TOKEN: botToken,
  }),
  bareBot,
});

/** What Bolt's own guide does: hear a message, write, say. */
async function bareBot(settings, { answer, accounts, ...bare }) {
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
