// A bot on Telegram, in a process of its own. It keeps no pace, because the bare one beside it keeps none. First, as in src/main.ts: V8 is kept as small for everyone here as it is for the bot.
import '../dist/v8-flags.js';

import { Telegraf } from 'telegraf';
import { barePasses } from './bare-passes.js';
import { serveBot } from './bot-process.js';

await serveBot({
  env: ({ apiRoot, token }) => ({
    TELEGRAM_API_ROOT: apiRoot,
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_MESSAGES_PER_SECOND: '100000',
  }),
  bareBot,
});

/** What Telegraf's own guide does, but for one thing: hear a command, write, reply; and the next poll waits for nobody. */
async function bareBot(settings, { answer, accounts, ...bare }) {
  const { writeNext, close } = await barePasses(bare);
  const members = new Map(accounts.map(({ key }, member) => [Number(key), member]));
  const { text, ...extra } = answer;
  const bot = new Telegraf(settings.token, { telegram: { apiRoot: settings.apiRoot } });
  bot.command('checkin', (ctx) => {
    void writeNext(members.get(ctx.from.id)).then(() => ctx.reply(text, extra));
  });
  const polling = bot.launch();
  return async () => {
    bot.stop();
    await polling;
    await close();
  };
}
