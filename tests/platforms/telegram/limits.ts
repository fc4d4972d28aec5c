import type { Chat } from './world.ts';

interface Window {
  readonly ms: number;
  readonly max: number;
}

/** https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const all: Window = { ms: 1_000, max: 30 };
const oneChat: Window = { ms: 1_000, max: 1 };
const oneGroup: Window = { ms: 60_000, max: 20 };

/** How many messages Telegram takes from a bot. What is refused does not count. */
export class MessageLimits {
  readonly #taken = new Map<string, number[]>();

  /** Null where it is taken; else how many seconds to wait. */
  secondsToWait(chat: Chat): number | null {
    const now = performance.now();
    const windows: [string, Window][] = [
      ['all', all],
      [`chat ${chat.id}`, oneChat],
      ...(chat.alone === null ? [[`group ${chat.id}`, oneGroup] as [string, Window]] : []),
    ];
    const waits = windows.map(([key, window]) => this.#waitMs(key, window, now));
    const longest = Math.max(...waits);
    if (longest > 0) return Math.ceil(longest / 1_000);
    for (const [key] of windows) this.#taken.get(key)?.push(now);
    return null;
  }

  #waitMs(key: string, { ms, max }: Window, now: number): number {
    const recent = (this.#taken.get(key) ?? []).filter((at) => at > now - ms);
    this.#taken.set(key, recent);
    const oldest = recent[recent.length - max];
    return oldest === undefined ? 0 : oldest + ms - now;
  }
}
