import { withTimeout } from '../../core/values/timeout.ts';
import { allowedUpdates, type Update } from './inbound.ts';

/** How long Telegram holds a poll without updates (long polling). */
const pollSeconds = 50;
/** An update that takes longer is confirmed anyway, because it must not come again and again. */
export const doneWithinMs = 5_000;
/** Telegram returns at most this many updates, from the offset on. Half of them are kept free for new ones. */
const batchMax = 100;
const heldBack = 50;
/**
 * At the start, the backlog is read half a batch at a time, so that no update is confirmed before it is handled; for
 * this long at most, because new requests are behind it.
 */
const catchUpMs = 5_000;
/** The pause after a poll without new updates, unless all work is done sooner. */
const nothingNewMs = 100;

interface Heard {
  readonly at: number;
  readonly over: Promise<void>;
  isOver: boolean;
}

interface PollingOptions {
  /** https://core.telegram.org/bots/api#getupdates */
  getUpdates(body: object): Promise<readonly Update[]>;
  /** Resolves when the update is handled: its effect is saved and its answer is sent. Never rejects. */
  readonly heard: (update: Update) => Promise<void>;
  readonly stopping: AbortSignal;
}

/**
 * Polls Telegram for updates. Telegram forgets everything below the offset, so the offset is the lowest unhandled
 * update: after any stop, unanswered updates come again at the next start. Only an update that is five seconds old, or
 * fifty behind the newest, is confirmed before it is handled.
 */
export class Polling {
  readonly #options: PollingOptions;
  /** The updates that Telegram may send again, by update_id. */
  readonly #known = new Map<number, Heard>();
  #highest: number | null = null;
  #catchesUp = true;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  /** Polls until it is stopped or a poll fails. Keeps its state for the next run. */
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

  /** Confirms the handled updates, so that Telegram does not send them again at the next start. */
  async confirm(): Promise<void> {
    await this.#untilAllIsOver();
    if (this.#highest !== null) await this.#options.getUpdates({ offset: this.#offset(), timeout: 0, limit: 1 });
  }

  /** After a week without updates Telegram continues from a random ID: https://core.telegram.org/bots/api#update */
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
