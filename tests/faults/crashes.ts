import type { OwnServer } from '../support/postgres.js';
import type { Answered } from './bot.js';
import { BotProcess } from './bot-process.ts';
import type { DatabaseUnderFire } from './databases.ts';
import type { Ledger } from './ledger.ts';

/** How many requests are under way at once. */
const atOnce = 16;
/** One request in so many is sent twice at once, as by a platform that did not wait long enough. */
const twiceEvery = 10;
/** Of so many kills one takes the database's server too, where it has one. */
const serverEvery = 5;
/** So many kills apart, the database is looked over for damage. */
const lookOverEvery = 20;
/** A bot that says nothing for so long will not start. */
const silentForMs = 20_000;
/** More than that is one fault seen again and again. */
const tooManyWrong = 10;

/** How a life ends. `answers`: when so many came; then, so much later, in the middle of whatever the bot does. */
type Death =
  | { readonly kind: 'by itself' }
  | { readonly kind: 'while starting'; readonly afterMs: number }
  | { readonly kind: 'at work'; readonly answers: number; readonly afterMs: number; readonly serverToo: boolean };

export interface Crashes {
  kills: number;
  killsWhileStarting: number;
  serverKills: number;
  /** Milliseconds from the start of a process until it could keep what it is told. */
  readonly starts: number[];
  /** Milliseconds from when a killed server was there again until the bot, which lived on, kept something. */
  readonly comebacks: number[];
  readonly damage: string[];
}

/** Members ask and ask, the bot is killed `kills` times meanwhile, and then lives until everybody is answered. */
export async function crash(
  database: DatabaseUnderFire,
  ledger: Ledger,
  kills: number,
  chance: () => number,
): Promise<Crashes> {
  const seen: Crashes = {
    kills: 0,
    killsWhileStarting: 0,
    serverKills: 0,
    starts: [],
    comebacks: [],
    damage: [],
  };
  const lookOver = async () => seen.damage.push(...(await database.damage()));
  while (ledger.unanswered > 0 && ledger.wrong.length < tooManyWrong) {
    const last = seen.kills === kills;
    const death: Death = last ? { kind: 'by itself' } : drawDeath(ledger.unanswered, kills, seen, database, chance);
    await new Life(database, ledger, seen, chance).live(death);
    if (last) break;
    seen.kills += 1;
    if (seen.kills % lookOverEvery === 0) await lookOver();
  }
  await lookOver();
  return seen;
}

function drawDeath(
  unanswered: number,
  kills: number,
  seen: Crashes,
  { server }: DatabaseUnderFire,
  chance: () => number,
): Death {
  const serverToo = server !== null && seen.kills % serverEvery === serverEvery - 1;
  // A start takes half a second.
  const whileStarting = chance() < 0.15 && !serverToo;
  if (whileStarting) return { kind: 'while starting', afterMs: chance() * 700 };
  // Spread over all that there is to ask, and so that each later kill has something to lose too.
  const killsLeft = kills - seen.kills;
  const mean = unanswered / (killsLeft + 1);
  const answers = Math.floor(Math.min(chance() * 2 * mean, unanswered - (atOnce + 1) * killsLeft));
  const asRequestsLeave = chance() < 0.3;
  return { kind: 'at work', answers, afterMs: chance() * (asRequestsLeave ? 0.2 : 10), serverToo };
}

/** One process, from its start to its end. */
class Life {
  readonly #database: DatabaseUnderFire;
  readonly #ledger: Ledger;
  readonly #seen: Crashes;
  readonly #chance: () => number;
  readonly #began = Date.now();
  readonly #bot: BotProcess;
  #answers = 0;
  #killed = false;
  #silent = false;
  #server: 'up' | 'down' | 'starting work' | 'back' = 'up';
  #serverUpAt = 0;
  #serverBack: Promise<void> = Promise.resolve();

  constructor(database: DatabaseUnderFire, ledger: Ledger, seen: Crashes, chance: () => number) {
    this.#database = database;
    this.#ledger = ledger;
    this.#seen = seen;
    this.#chance = chance;
    this.#bot = new BotProcess(database.settings);
  }

  async live(death: Death): Promise<void> {
    const wrongBefore = this.#ledger.wrong.length;
    const starting = death.kind === 'while starting';
    const timer = setTimeout(
      () => {
        this.#silent = !starting;
        this.#kill();
      },
      starting ? death.afterMs : silentForMs,
    );
    // To the last line that left the process, also of one that was killed: a member saw it.
    for await (const line of this.#bot.lines) {
      if (!starting) timer.refresh();
      if (line === 'ready') this.#seen.starts.push(performance.now() - this.#bot.spawnedAt);
      else this.#note(JSON.parse(line) as Answered);
      if (!this.#killed) this.#goOn(death);
    }
    clearTimeout(timer);
    await this.#bot.gone();
    await this.#serverBack;
    this.#ledger.lost();
    if (this.#silent) this.#ledger.wrong.push('the bot said nothing any more');
    if (this.#ledger.wrong.length > wrongBefore) this.#ledger.wrong.push(this.#bot.complaints);
    if (starting) this.#seen.killsWhileStarting += 1;
  }

  #note(answered: Answered): void {
    this.#ledger.note(answered, this.#began);
    if (answered.refused !== null) return;
    this.#answers += 1;
    if (this.#server !== 'starting work') return;
    this.#server = 'back';
    this.#seen.comebacks.push(performance.now() - this.#serverUpAt);
  }

  #goOn(death: Death): void {
    if (death.kind === 'while starting') return;
    this.#ask();
    if (death.kind === 'by itself') {
      if (this.#ledger.unanswered === 0 && this.#ledger.underWay === 0) this.#bot.end();
      return;
    }
    if (death.serverToo && this.#server === 'up' && this.#answers >= death.answers / 2) this.#killServer();
    const asWorked = this.#answers >= death.answers || this.#ledger.unanswered === 0;
    if (!asWorked || this.#server === 'down' || this.#server === 'starting work') return;
    spin(death.afterMs);
    this.#kill();
  }

  /** As many requests as may be under way at once; none while the database's server is known to be down. */
  #ask(): void {
    if (this.#server === 'down') return;
    while (this.#ledger.underWay < atOnce) {
      const askings = this.#ledger.take(this.#chance() < 1 / twiceEvery ? 2 : 1);
      if (askings.length === 0) return;
      this.#bot.ask(askings);
    }
  }

  #kill(): void {
    this.#killed = true;
    this.#bot.kill9();
  }

  /** The bot lives on. What it had begun is answered somehow; members go on asking when the server is there again. */
  #killServer(): void {
    const { server } = this.#database;
    if (server === null) return;
    this.#server = 'down';
    this.#seen.serverKills += 1;
    server.kill9();
    this.#serverBack = this.#restart(server);
    // Without a server nothing would ever be answered; whoever waits for `#serverBack` hears why.
    this.#serverBack.catch(() => this.#kill());
  }

  async #restart(server: OwnServer): Promise<void> {
    await server.startAgain();
    this.#server = 'starting work';
    this.#serverUpAt = performance.now();
    this.#ask();
  }
}

/** Holds this process for a while finer than any timer, and lets the bot work. */
function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
