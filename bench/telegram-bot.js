// A bot on Telegram, in a process of its own. First, as in src/main.ts: V8 is kept as small for everyone here as it is for the bot.
import '../dist/small-footprint.js';

import { Telegraf } from 'telegraf';
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
  const telegram = { TELEGRAM_BOT_TOKEN: settings.token, TELEGRAM_API_ROOT: settings.apiRoot };
  const running = run({ HANDRAIL_DATA_DIR: dataDir, ...telegram, LOG_LEVEL: 'warn' }, null);
  return async () => {
    process.emit('SIGTERM', 'SIGTERM');
    await running;
  };
}

/** What Telegraf's own guide does, but for one thing: hear a command, write, reply; and the next poll waits for nobody. */
async function bareBot({ answer, accounts }) {
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
