// One bot of several on one database: its members check in while its outbox sends, in a process of its own.
// First, as in src/main.ts: V8 is kept as small here as it is for the bot.
import '../dist/v8-flags.js';

import { openDatabase } from '../dist/storage/database.js';
import { openBot, seed } from './checkin-bot.js';
import { memberCount } from './checkin-requests.js';
import { openSender } from './outbox-sender.js';
import { about, serve } from './worker.js';

const { choice, keyFile } = about;
const checkInsAtOnce = 8;

const bot = await openBot(await openDatabase(choice, true), keyFile);
const { fill, ready, start, finished, stop } = openSender(bot);

await serve({
  seed: () => seed(bot, 8),
  fill,
  ready,
  work,
  close: () => bot.close(),
});

/**
 * Both at once for so long, and until the last check-in is answered. Of the members every `of`th is this process's, from
 * `first` on; each pass is a day on which they check in.
 */
async function work({ ms, first, of, firstPass }) {
  const mine = Array.from({ length: memberCount }, (_, member) => member).filter((member) => member % of === first);
  let checkIns = 0;
  let pass = firstPass;
  start();
  const began = performance.now();
  const isOver = () => performance.now() - began >= ms;
  for (; !isOver(); pass += 1) {
    const checkIn = bot.checkInsOf(pass);
    const waiting = mine.values();
    const one = async () => {
      for (const member of waiting) {
        if (isOver()) return;
        await checkIn(member);
        checkIns += 1;
      }
    };
    await Promise.all(Array.from({ length: checkInsAtOnce }, one));
  }
  const deliveries = finished().count;
  const seconds = (performance.now() - began) / 1_000;
  const asked = await stop();
  return {
    checkInsPerSecond: checkIns / seconds,
    deliveriesPerSecond: deliveries / seconds,
    ids: asked.map(({ id }) => id),
    nextPass: pass,
  };
}
