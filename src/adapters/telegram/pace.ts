import { KnownFailure } from '../../core/adapter-kit/failure.ts';
import type { Urgency } from '../../core/language/answer.ts';

const windowMs = 1_000;
/**
 * The shares of Telegram's rate limit for usual messages and for help. Both are below 1, because messages that leave
 * evenly can arrive closer together.
 */
const shares = { usual: 0.65, help: 0.9 } as const;
/** The number of rate-limited chats at which those that are open again are removed. */
const closedMax = 10_000;

interface Waiting {
  readonly chat: string;
  readonly urgency: Urgency;
  readonly go: () => void;
}

/**
 * Decides when the next message may leave. Help goes first and has a share of its own, so that it does not wait for
 * other messages. While one chat is rate limited, messages to other chats still leave.
 */
export class Pace {
  readonly #perWindow: Readonly<Record<Urgency, number>>;
  readonly #sentAt: number[] = [];
  readonly #closedUntil = new Map<string, number>();
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(messagesPerSecond: number) {
    const share = (urgency: Urgency) => Math.max(1, Math.floor(messagesPerSecond * shares[urgency]));
    this.#perWindow = { usual: share('usual'), help: share('help') };
  }

  /** Resolves when a message may leave for this chat. @throws KnownFailure('unsent') if the signal is aborted first */
  turn(chat: string, urgency: Urgency, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new KnownFailure('unsent', signal.reason));
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== mine);
        reject(new KnownFailure('unsent', signal.reason));
      };
      const go = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const mine: Waiting = { chat, urgency, go };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(mine);
      this.#next();
    });
  }

  /** Telegram asked to wait for so long before anything else is sent to this chat. */
  close(chat: string, ms: number): void {
    if (this.#closedUntil.size >= closedMax) this.#forgetOpened();
    this.#closedUntil.set(chat, performance.now() + ms);
  }

  /** Releases every message that may leave now, and sets a timer for the next one. */
  #next(): void {
    const now = performance.now();
    while (this.#sentAt[0] !== undefined && this.#sentAt[0] <= now - windowMs) this.#sentAt.shift();
    for (const urgency of ['help', 'usual'] as const) {
      this.#waiting = this.#waiting.filter((one) => {
        const mayGo =
          one.urgency === urgency && this.#sentAt.length < this.#perWindow[urgency] && !this.#isClosed(one.chat, now);
        if (!mayGo) return true;
        this.#sentAt.push(now);
        one.go();
        return false;
      });
    }
    clearTimeout(this.#timer);
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#next(), this.#waitMs(now));
  }

  /** Milliseconds until the first waiting message may leave: the rate allows it, and its chat is open. */
  #waitMs(now: number): number {
    const opens = this.#waiting.map(({ chat, urgency }) => {
      const hasRoomAt = this.#sentAt[this.#sentAt.length - this.#perWindow[urgency]];
      const roomAt = hasRoomAt === undefined ? now : hasRoomAt + windowMs;
      return Math.max(roomAt, this.#closedUntil.get(chat) ?? now);
    });
    return Math.max(1, Math.ceil(Math.min(...opens) - now));
  }

  #isClosed(chat: string, now: number): boolean {
    const until = this.#closedUntil.get(chat);
    if (until === undefined) return false;
    if (until > now) return true;
    this.#closedUntil.delete(chat);
    return false;
  }

  #forgetOpened(): void {
    const now = performance.now();
    for (const [chat, until] of this.#closedUntil) if (until <= now) this.#closedUntil.delete(chat);
  }
}
