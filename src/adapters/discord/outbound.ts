import { createHash } from 'node:crypto';
import { type REST, Routes } from 'discord.js';
import { KnownFailure } from '../../core/adapter-kit/failure.ts';
import { receiptOf } from '../../core/adapter-kit/receipt.ts';
import { cut } from '../../core/language/text-limits.ts';
import type { View } from '../../core/language/view.ts';
import type { Delivery, Destination, MessageRef, Receipt } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import { assertNever } from '../../core/values/errors.ts';
import { type DiscordFailure, failureOf } from './failure.ts';
import { type Message, renderView } from './render.ts';
import { finishStarted, retry } from './retry.ts';

/** The size of the DM channel cache: opening a channel costs a request each time. */
const chatsKnownMax = 10_000;
const threadNameMax = 100;
const tryMs = 10_000;

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const codes = {
  closedDm: [50_007, 50_278],
  noPermission: [50_001, 50_013, 160_002],
  gone: [10_003, 10_004, 10_008, 10_013],
  threadExists: 160_004,
} as const;

/** What the bot sends by itself: to a channel, a thread, or someone's private chat. */
export class Outbound {
  readonly #rest: REST;
  readonly #clock: Clock;
  readonly #chats = new Map<string, string>();

  constructor(rest: REST, clock: Clock) {
    this.#rest = rest;
    this.#clock = clock;
  }

  /**
   * Tries until `signal` is aborted. A post carries a nonce of the delivery's own, so that Discord gives back the message
   * that is there when it is asked twice; it remembers that for some minutes. Changes may be made twice without harm, but
   * for messages that they add. What is begun of several messages is ended here, or uncertain.
   * @throws what is neither Discord's nor the network's: a bug
   */
  async deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt> {
    try {
      return { kind: 'sent', message: await this.#done(delivery, signal) };
    } catch (error) {
      const idempotent = delivery.kind !== 'post';
      return receiptOf(failureOf(error), { error, idempotent, refusalOf }, this.#clock.now());
    }
  }

  /** Answers what someone wrote. The same message is answered once, however often it is told of. */
  async answerIn(channel: string, messageId: string, shown: View, signal: AbortSignal): Promise<void> {
    await this.#post(channel, messageId, renderView(shown), signal);
  }

  #done(delivery: Delivery, signal: AbortSignal): Promise<MessageRef> {
    switch (delivery.kind) {
      case 'post':
        return this.#postTo(delivery, signal);
      case 'edit':
        return this.#edit(delivery, signal);
      case 'remove':
        return this.#remove(delivery, signal);
      case 'thread':
        return this.#openThread(delivery, signal);
      default:
        return assertNever(delivery);
    }
  }

  async #postTo({ id, to, view }: Delivery & { kind: 'post' }, signal: AbortSignal): Promise<MessageRef> {
    const channel = await this.#channelOf(to, signal).catch(nothingSent);
    return messageRef(channel, await this.#post(channel, id, renderView(view), signal));
  }

  /** Changes the parts of a long message one by one: deletes surplus parts and adds missing ones. */
  async #edit({ id, message, view }: Delivery & { kind: 'edit' }, signal: AbortSignal): Promise<MessageRef> {
    const { channel, parts } = readRef(message);
    const messages = renderView(view);
    for (const [i, part] of parts.entries()) {
      const changed = messages[i];
      if (changed === undefined) await this.#delete(channel, part, signal);
      else {
        const { body, files } = changed;
        const route = Routes.channelMessage(channel, part);
        await persistently(signal, (one) => this.#rest.patch(route, { body, files: [...files], signal: one }));
      }
    }
    const added = await this.#post(channel, id, messages.slice(parts.length), signal, true);
    return messageRef(channel, [...parts.slice(0, messages.length), ...added]);
  }

  async #remove({ message }: Delivery & { kind: 'remove' }, signal: AbortSignal): Promise<MessageRef> {
    const { channel, parts } = readRef(message);
    for (const part of parts) await this.#delete(channel, part, signal);
    return message;
  }

  /** A thread has the identifier of the message that it hangs on. */
  async #openThread({ message, name }: Delivery & { kind: 'thread' }, signal: AbortSignal): Promise<MessageRef> {
    const { channel, parts } = readRef(message);
    const route = Routes.threads(channel, parts[0]);
    const body = { name: cut(name, threadNameMax) || '…' };
    await persistently(signal, (one) => this.#rest.post(route, { body, signal: one })).catch(
      unlessRefusedWith([codes.threadExists]),
    );
    return message;
  }

  /** `begun`: a part of it is done already. */
  async #post(
    channel: string,
    id: string,
    messages: readonly Message[],
    signal: AbortSignal,
    begun = false,
  ): Promise<readonly string[]> {
    const sent: string[] = [];
    for (const [i, { body, files }] of messages.entries()) {
      const post = () =>
        persistently(signal, (one) =>
          this.#rest.post(Routes.channelMessages(channel), {
            body: { ...body, nonce: nonceOf(id, i), enforce_nonce: true },
            files: [...files],
            signal: one,
          }),
        );
      const posted = await (begun || i > 0 ? finishStarted(post, signal) : post());
      sent.push((posted as { id: string }).id);
    }
    return sent;
  }

  /** What is gone already is gone. */
  async #delete(channel: string, message: string, signal: AbortSignal): Promise<void> {
    const route = Routes.channelMessage(channel, message);
    await persistently(signal, (one) => this.#rest.delete(route, { signal: one })).catch(unlessRefusedWith(codes.gone));
  }

  async #channelOf(to: Destination, signal: AbortSignal): Promise<string> {
    switch (to.kind) {
      case 'channel':
        return to.channel;
      case 'thread':
        return to.thread;
      case 'member':
        return this.#chats.get(to.account) ?? this.#openChat(to.account, signal);
      default:
        return assertNever(to);
    }
  }

  async #openChat(account: string, signal: AbortSignal): Promise<string> {
    const body = { recipient_id: account };
    const opened = await persistently(signal, (one) => this.#rest.post(Routes.userChannels(), { body, signal: one }));
    const { id } = opened as { id: string };
    const [oldest] = this.#chats.keys();
    if (oldest !== undefined && this.#chats.size === chatsKnownMax) this.#chats.delete(oldest);
    this.#chats.set(account, id);
    return id;
  }
}

function persistently<T>(signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return retry(signal, attempt, { tryMs });
}

function refusalOf({ status, code }: DiscordFailure & { kind: 'refused' }): (Receipt & { kind: 'refused' })['reason'] {
  const among = (list: readonly number[]) => list.includes(code);
  if (among(codes.closedDm)) return 'closed-dm';
  if (among(codes.noPermission)) return 'no-permission';
  if (among(codes.gone)) return 'gone';
  if (status === 403) return 'no-permission';
  return status === 404 ? 'gone' : 'invalid';
}

/** Before the first word of it is sent, nothing of a delivery can be there. */
function nothingSent(error: unknown): never {
  throw failureOf(error).kind === 'uncertain' ? new KnownFailure('unsent', error) : error;
}

function unlessRefusedWith(expected: readonly number[]): (error: unknown) => void {
  return (error) => {
    const failure = failureOf(error);
    if (failure.kind !== 'refused' || !expected.includes(failure.code)) throw error;
  };
}

/** At most 25 letters, the same at each try. The first part's is the delivery's own. */
function nonceOf(id: string, part: number): string {
  return part === 0 ? id : createHash('sha256').update(`${id} ${part}`).digest('base64url').slice(0, 25);
}

/** "channel/message", or with all of its parts: "channel/message,message". */
function messageRef(channel: string, parts: readonly string[]): MessageRef {
  return `${channel}/${parts.join(',')}` as MessageRef;
}

function readRef(ref: MessageRef): { readonly channel: string; readonly parts: readonly [string, ...string[]] } {
  const [channel = '', parts = ''] = ref.split('/');
  return { channel, parts: parts.split(',') as [string, ...string[]] };
}
