// One process that sends what is due, as a bot or as pg-boss.
// First, as in src/main.ts: V8 is kept as small for everyone here as it is for the bot.
import '../dist/v8-flags.js';

import { openDatabase } from '../dist/storage/database.js';
import { openBot } from './checkin-bot.js';
import { openBoss } from './outbox-peer.js';
import { openSender } from './outbox-sender.js';
import { about, serve } from './worker.js';

const { who, choice, keyFile } = about;

await serve(who === 'pg-boss' ? await openBoss(choice.url) : await bot());

async function bot() {
  const opened = await openBot(await openDatabase(choice, true), keyFile);
  return { ...openSender(opened), close: () => opened.close() };
}
