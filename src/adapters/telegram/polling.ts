import { withTimeout } from '../../core/values/timeout.ts';
import { allowedUpdates, type Update } from './inbound.ts';

/** Telegram holds a poll that has no news for this long. */
const pollSeconds = 50;
/** What takes longer than this to be done is confirmed all the same: it must not come again and again. */
export const doneWithinMs = 5_000;
/** Telegram gives so many updates at a time, from the offset on. Half of them are left for news. */
const batchMax = 100;
const heldBack = 50;
/**
 * What waited for a start is heard half a batch at a time, so that nothing of it is confirmed before it is done; for this
 * long at most, because people who ask now are behind it.
 */
const catchUpMs = 5_000;
/** A poll that brings nothing new is followed by the next one after this, or as soon as everything is done. */
const nothingNewMs = 100;

interface Heard {
  readonly at: number;
  readonly over: Promise<void>;
  isOver: boolean;
}

interface PollingOptions {
  /** https://core.telegram.org/bots/api#getupdates */
  getUpdates(body: object): Promise<readonly Update[]>;
  /** Resolves when what the update asked for is done: its effect is kept, and its answer has left. Never rejects. */
  readonly heard: (update: Update) => Promise<void>;
  readonly stopping: AbortSignal;
}

/**
 * Asks Telegram for what is new. The offset of a poll tells Telegram to forget everything below it, so it is the lowest
 * update that is not yet done: whatever stops the program, what was not answered is told again at the next start. Only what
 * is five seconds old, or fifty behind the newest, is forgotten before it is done.
 */
export class Polling {
  readonly #options: PollingOptions;
  /** What Telegram may still tell again, by update_id. */
  readonly #known = new Map<number, Heard>();
  #highest: number | null = null;
  #catchesUp = true;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  /** Polls until it is stopped, or a poll fails. What it knows is kept for the next run. */
  async run(): Promise<void> {
    const { getUpdates, stopping } = this.#options;
    const begun = performance.now();
    while (!stopping.aborted) {
      const offset = this.#offset();
      const limit = this.#catchesUp ? heldBack : batchMax;
      const updates = await getUpdates({ offset, limit, timeout: pollSeconds, allowed_updates: allowedUpdates });
      this.#catchesUp &&= updates.length === limit && performance.now() - begun < catchUpMs;
      if (updates.some(({ update_id: id }) => id < offset)) this.#beginAnew();
      for (const id of this.#known.keys()) if (id < offset) this.#known.delete(id);
      const fresh = updates.filter(({ update_id: id }) => !this.#known.has(id));
      for (const update of fresh) this.#hear(update);
      if (updates.length > 0 && fresh.length === 0) await this.#untilAllIsOver();
    }
  }

  /** Tells Telegram what is done by now, so that none of it is told again at the next start. */
  async confirm(): Promise<void> {
    await this.#untilAllIsOver();
    if (this.#highest !== null) await this.#options.getUpdates({ offset: this.#offset(), timeout: 0, limit: 1 });
  }

  /** After a week without news Telegram goes on from any number: https://core.telegram.org/bots/api#update */
  #beginAnew(): void {
    this.#known.clear();
    this.#highest = null;
  }

  #hear(update: Update): void {
    const { update_id: id } = update;
    const over = this.#options.heard(update).finally(() => {
      heard.isOver = true;
    });
    const heard: Heard = { at: performance.now(), over, isOver: false };
    this.#known.set(id, heard);
    this.#highest = Math.max(id, this.#highest ?? id);
  }

  #offset(): number {
    if (this.#highest === null) return 0;
    const now = performance.now();
    const undone = [...this.#known].filter(([, { at, isOver }]) => !isOver && now - at < doneWithinMs);
    return Math.max(Math.min(...undone.map(([id]) => id), this.#highest + 1), this.#highest + 1 - heldBack);
  }

  async #untilAllIsOver(): Promise<void> {
    const all = Promise.all([...this.#known.values()].map(({ over }) => over));
    await withTimeout(nothingNewMs, all, []);
  }
}
