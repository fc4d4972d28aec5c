import { Deliverer, type Posting } from '../../core/adapter-kit/deliverer.ts';
import type { Destination, Platform } from '../../core/platform/platform.ts';
import { assertNever } from '../../core/values/errors.ts';
import type { BotApi } from './bot-api.ts';
import { failureOf, isNotModified, isRefusedAs, type Refusal, refusalOf } from './failure.ts';
import { messageRef, readRef, type Sent, type Where } from './names.ts';
import { type Keyboard, type Part, renderView } from './render.ts';
import { finishStarted, retry } from './retry.ts';

/** Sends messages to a group, a topic in it, or someone's private chat. */
export class Outbound {
  readonly #api: BotApi;
  readonly #moved: (group: string, to: string) => unknown;
  readonly #deliverer: Deliverer<Where, Part, Sent, Refusal>;

  /** `moved`: called when a group that was written to has a new ID. */
  constructor(api: BotApi, moved: (group: string, to: string) => unknown) {
    this.#api = api;
    this.#moved = moved;
    this.#deliverer = new Deliverer(this.#posting(), { failureOf, refusalOf, finishStarted });
    this.deliver = this.#deliverer.deliver;
  }

  /** A post that may have arrived is "uncertain", because Telegram's posts are not idempotent. */
  readonly deliver: Platform['deliver'];

  /** Posts the parts in order. @throws what `failureOf` reads */
  post(where: Where, parts: readonly Part[], signal: AbortSignal): Promise<readonly Sent[]> {
    return this.#deliverer.post(where, parts, '', signal);
  }

  /** Edits a message into the first part, and posts the other parts after it. */
  change(where: Where, sent: Sent, parts: readonly Part[], signal: AbortSignal): Promise<readonly Sent[]> {
    return this.#deliverer.change(where, [sent], parts, '', signal);
  }

  /** Idempotent: a message that is already deleted is no error. */
  async remove({ chat }: Where, id: number, signal: AbortSignal): Promise<void> {
    const body = { chat_id: chat, message_id: id };
    await retry(signal, (left) => this.#api.call('deleteMessage', body, left)).catch((error: unknown) => {
      if (!isRefusedAs(error, 'gone')) throw error;
    });
  }

  #posting(): Posting<Where, Part, Sent> {
    return {
      placeOf: async (to) => whereIs(to),
      render: renderView,
      post: (where, part, _, signal) => this.#following(where, (there) => this.#postPart(there, part, signal)),
      edit: (where, sent, part, signal) => this.#edit(where, sent, part, signal),
      remove: (where, { id }, signal) => this.remove(where, id, signal),
      // Opens nothing, because in Telegram a reply starts a thread, and the thread has no name.
      thread: async ({ chat, topic }) =>
        topic === null ? { kind: 'channel', channel: chat } : { kind: 'thread', channel: chat, thread: String(topic) },
      writeRef: messageRef,
      readRef,
    };
  }

  async #edit({ chat }: Where, { id, isText }: Sent, part: Part, signal: AbortSignal): Promise<Sent | null> {
    if (part.kind !== 'text' || !isText) return null;
    const body = { chat_id: chat, message_id: id, ...textOf(part.html), ...keyboardOf(part.keyboard) };
    await retry(signal, (left) => this.#api.call('editMessageText', body, left)).catch((error: unknown) => {
      if (!isNotModified(error)) throw error;
    });
    return { id, isText: true };
  }

  async #postPart({ chat, topic }: Where, part: Part, signal: AbortSignal): Promise<Sent> {
    const to = { chat_id: chat, ...(topic !== null && { message_thread_id: topic }) };
    const [method, what] = requestOf(part);
    const { message_id: id } = await this.#api.call<{ message_id: number }>(method, { ...to, ...what }, signal);
    return { id, isText: part.kind === 'text' };
  }

  /** Retries with the new ID that Telegram gives for a group that became a supergroup. */
  async #following<T>(where: Where, work: (where: Where) => Promise<T>): Promise<T> {
    try {
      return await work(where);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'refused' || failure.movedTo === null) throw error;
      this.#moved(where.chat, failure.movedTo);
      return work({ ...where, chat: failure.movedTo });
    }
  }
}

function whereIs(to: Destination): Where {
  switch (to.kind) {
    case 'member':
      return { chat: to.account, topic: null };
    case 'channel':
      return { chat: to.channel, topic: null };
    case 'thread':
      return { chat: to.channel, topic: Number(to.thread) };
    default:
      return assertNever(to);
  }
}

function requestOf(part: Part): readonly [method: string, body: object] {
  switch (part.kind) {
    case 'text':
      return ['sendMessage', { ...textOf(part.html), ...keyboardOf(part.keyboard) }];
    case 'photo':
      return ['sendPhoto', { photo: { source: part.data, filename: 'picture.png' }, ...captionOf(part.html) }];
    case 'file':
      return ['sendDocument', { document: { source: part.data, filename: part.name }, ...captionOf(part.html) }];
    default:
      return assertNever(part);
  }
}

/**
 * Without link previews, because they would show others what someone looks for and fetch pages that nobody asked for.
 */
function textOf(html: string) {
  return { text: html, parse_mode: 'HTML', link_preview_options: { is_disabled: true } };
}

function captionOf(html: string) {
  return html === '' ? {} : { caption: html, parse_mode: 'HTML' };
}

function keyboardOf(keyboard: Keyboard) {
  return keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } };
}
