import { receiptOf } from '../../core/adapter-kit/receipt.ts';
import type { Delivery, Destination, MessageRef, Receipt } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import { assertNever } from '../../core/values/errors.ts';
import type { BotApi } from './bot-api.ts';
import { failureOf, isNotModified, isRefusedAs, refusalOf } from './failure.ts';
import { messageRef, readRef, type Sent, type Where } from './names.ts';
import { type Keyboard, type Part, renderView } from './render.ts';
import { finishStarted, retry } from './retry.ts';

/** What the bot posts: to a group, a topic in it, or someone's private chat. */
export class Outbound {
  readonly #api: BotApi;
  readonly #clock: Clock;
  readonly #moved: (group: string, to: string) => unknown;

  /** `moved`: a group that was written to has another identifier now. */
  constructor(api: BotApi, clock: Clock, moved: (group: string, to: string) => unknown) {
    this.#api = api;
    this.#clock = clock;
    this.#moved = moved;
  }

  /**
   * Telegram knows no way to ask twice and get one message: what may have been posted is "uncertain", and is not posted
   * again. Changes may be made twice without harm. @throws what is neither Telegram's nor the network's: a bug
   */
  async deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt> {
    try {
      return { kind: 'sent', message: await this.#done(delivery, signal) };
    } catch (error) {
      const rules = { error, idempotent: delivery.kind !== 'post', refusalOf };
      return receiptOf(failureOf(error), rules, this.#clock.now());
    }
  }

  /** Posts part after part. @throws what `failureOf` reads */
  post(where: Where, parts: readonly Part[], signal: AbortSignal): Promise<readonly Sent[]> {
    return this.#following(where, (there) => this.#postAll(there, parts, signal));
  }

  /** Changes a message into these parts; what is more than one of them comes after it. */
  async change(
    where: Where,
    { id, isText }: Sent,
    parts: readonly Part[],
    signal: AbortSignal,
  ): Promise<readonly Sent[]> {
    const [first, ...others] = parts;
    if (first?.kind !== 'text' || !isText) {
      await this.remove(where, id, signal);
      return finishStarted(() => this.post(where, parts, signal), signal);
    }
    const body = { chat_id: where.chat, message_id: id, ...textOf(first.html), ...keyboardOf(first.keyboard) };
    await retry(signal, (left) => this.#api.call('editMessageText', body, left)).catch((error: unknown) => {
      if (!isNotModified(error)) throw error;
    });
    const added = others.length === 0 ? [] : await finishStarted(() => this.post(where, others, signal), signal);
    return [{ id, isText: true }, ...added];
  }

  /** What is gone already is gone. */
  async remove({ chat }: Where, id: number, signal: AbortSignal): Promise<void> {
    const body = { chat_id: chat, message_id: id };
    await retry(signal, (left) => this.#api.call('deleteMessage', body, left)).catch((error: unknown) => {
      if (!isRefusedAs(error, 'gone')) throw error;
    });
  }

  async #done(delivery: Delivery, signal: AbortSignal): Promise<MessageRef> {
    switch (delivery.kind) {
      case 'post': {
        const where = whereIs(delivery.to);
        return messageRef(where, await this.post(where, renderView(delivery.view), signal));
      }
      case 'edit':
        return this.#edit(delivery, signal);
      case 'remove': {
        const where = readRef(delivery.message);
        for (const { id } of where.parts) await this.remove(where, id, signal);
        return delivery.message;
      }
      case 'thread':
        // Whoever replies to a message begins one: there is nothing to open, and it has no name.
        return delivery.message;
      default:
        return assertNever(delivery);
    }
  }

  /** Part by part: deletes surplus parts and adds missing ones. */
  async #edit({ message, view }: Delivery & { kind: 'edit' }, signal: AbortSignal): Promise<MessageRef> {
    const where = readRef(message);
    const parts = renderView(view);
    const kept: Sent[] = [];
    for (const [i, before] of where.parts.entries()) {
      const part = parts[i];
      if (part === undefined) await this.remove(where, before.id, signal);
      else kept.push(...(await this.change(where, before, [part], signal)));
    }
    const rest = parts.slice(where.parts.length);
    const added = rest.length === 0 ? [] : await finishStarted(() => this.post(where, rest, signal), signal);
    return messageRef(where, [...kept, ...added]);
  }

  async #postAll(where: Where, parts: readonly Part[], signal: AbortSignal): Promise<readonly Sent[]> {
    const sent: Sent[] = [];
    for (const part of parts) {
      const once = () => this.#postPart(where, part, signal);
      sent.push(await (sent.length > 0 ? finishStarted(once, signal) : once()));
    }
    return sent;
  }

  async #postPart({ chat, topic }: Where, part: Part, signal: AbortSignal): Promise<Sent> {
    const to = { chat_id: chat, ...(topic !== null && { message_thread_id: topic }) };
    const [method, what] = requestOf(part);
    const { message_id: id } = await this.#api.call<{ message_id: number }>(method, { ...to, ...what }, signal);
    return { id, isText: part.kind === 'text' };
  }

  /** A group that became a supergroup has another identifier, and Telegram says which. */
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

/** No previews: they would show to others what someone looks for, and fetch pages nobody asked for. */
function textOf(html: string) {
  return { text: html, parse_mode: 'HTML', link_preview_options: { is_disabled: true } };
}

function captionOf(html: string) {
  return html === '' ? {} : { caption: html, parse_mode: 'HTML' };
}

function keyboardOf(keyboard: Keyboard) {
  return keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } };
}
