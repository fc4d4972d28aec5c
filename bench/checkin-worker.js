// One contender, in a process of its own as a bot has: nobody pays for what another keeps in memory.
// First, as in src/main.ts: V8 is kept as small for everyone here as it is for the bot.
import '../dist/v8-flags.js';

import { openDatabase } from '../dist/storage/database.js';
import { lengthen, openBot, seed } from './checkin-bot.js';
import { barePrisma, sealedSizes } from './checkin-peers.js';
import { memberCount } from './checkin-requests.js';
import { countsOf, tapeOf } from './checkin-statements.js';
import { timed } from './rounds.js';
import { about, serve } from './worker.js';

const { who, choice, keyFile, sizes } = about;

const contender = await open();
await serve({
  seed: (atOnce, people) => seed(contender, atOnce, people),
  checkIns: (pass, members, atOnce) => timed(members, atOnce, contender.checkInsOf(pass)),
  statements: async (pass) => countsOf((await tapeOf(contender, pass)).flat(), memberCount),
  sealedSizes: (pass) => sealedSizes(contender, pass),
  lengthen: (days) => lengthen(contender, choice.kind, days),
  close: () => contender.close(),
});

async function open() {
  const database = await openDatabase(choice, true);
  if (who === 'bot') return openBot(database, keyFile);
  return barePrisma(database, sizes, { statements: about.statements });
}
