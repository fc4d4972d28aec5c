import { createHash } from 'node:crypto';
import { type REST, Routes } from 'discord.js';
import { LRUCache } from 'lru-cache';
import { Deliverer, type Posting } from '../../core/adapter-kit/deliverer.ts';
import type { SharedPlace } from '../../core/language/request.ts';
import { cut } from '../../core/language/text-limits.ts';
import type { View } from '../../core/language/view.ts';
import type { DeliveryRefusal, Destination, MessageRef, Platform } from '../../core/platform/platform.ts';
import { assertNever } from '../../core/values/errors.ts';
import { failureOf, type Refusal } from './failure.ts';
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
  unknownMessage: 10_008,
} as const;

/** Stands for a message that is known to have been posted and deleted. No message of Discord has this ID. */
const deletedId = '0';

/** Sends messages to a channel, a thread or someone's DM channel. */
export class Outbound {
  readonly #rest: REST;
  readonly #chats = new LRUCache<string, string>({ max: chatsKnownMax });
  readonly #deliverer: Deliverer<string, Message, string, Refusal>;

  constructor(rest: REST) {
    this.#rest = rest;
    this.#deliverer = new Deliverer(this.#posting(), { failureOf, refusalOf, finishStarted });
    this.deliver = this.#deliverer.deliver;
  }

  /**
   * Retries until `signal` is aborted. A post carries a nonce of its delivery, so that on a retry Discord returns the
   * existing message; it remembers the nonce for some minutes.
   */
  readonly deliver: Platform['deliver'];

  /** Answers a direct message. Idempotent: a message that Discord sends again is answered once. */
  async answerIn(channel: string, messageId: string, shown: View, signal: AbortSignal): Promise<void> {
    await this.#deliverer.post(channel, renderView(shown), messageId, signal);
  }

  #posting(): Posting<string, Message, string> {
    return {
      placeOf: (to, signal) => this.#channelOf(to, signal),
      render: renderView,
      post: (channel, message, { id, index }, signal) => this.#post(channel, message, nonceOf(id, index), signal),
      edit: (channel, id, message, signal) => this.#edit(channel, id, message, signal),
      remove: (channel, id, signal) => this.#delete(channel, id, signal),
      thread: (channel, id, name, signal) => this.#openThread(channel, id, name, signal),
      writeRef: messageRef,
      readRef,
    };
  }

  async #post(channel: string, { body, files }: Message, nonce: string, signal: AbortSignal): Promise<string> {
    const posted = await persistently(signal, (one) =>
      this.#rest.post(Routes.channelMessages(channel), {
        body: { ...body, nonce, enforce_nonce: true },
        files: [...files],
        signal: one,
      }),
    ).catch(unlessRefusedWith([codes.unknownMessage]));
    // Discord knows the nonce, but somebody has deleted the message since.
    return (posted as { id: string } | undefined)?.id ?? deletedId;
  }

  async #edit(channel: string, id: string, { body, files }: Message, signal: AbortSignal): Promise<string> {
    const route = Routes.channelMessage(channel, id);
    await persistently(signal, (one) => this.#rest.patch(route, { body, files: [...files], signal: one }));
    return id;
  }

  /** A thread has the ID of the message that it was started from. */
  async #openThread(channel: string, id: string, name: string, signal: AbortSignal): Promise<SharedPlace> {
    const body = { name: cut(name, threadNameMax) || '…' };
    await persistently(signal, (one) => this.#rest.post(Routes.threads(channel, id), { body, signal: one })).catch(
      unlessRefusedWith([codes.threadExists]),
    );
    return { kind: 'thread', channel, thread: id };
  }

  /** Idempotent: a message that is already deleted is no error. */
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
    this.#chats.set(account, id);
    return id;
  }
}

function persistently<T>(signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return retry(signal, attempt, { tryMs });
}

function refusalOf({ status, code }: Refusal): DeliveryRefusal {
  const among = (list: readonly number[]) => list.includes(code);
  if (among(codes.closedDm)) return 'closed-dm';
  if (among(codes.noPermission)) return 'no-permission';
  if (among(codes.gone)) return 'gone';
  if (status === 403) return 'no-permission';
  return status === 404 ? 'gone' : 'invalid';
}

function unlessRefusedWith(expected: readonly number[]): (error: unknown) => void {
  return (error) => {
    const failure = failureOf(error);
    if (failure.kind !== 'refused' || !expected.includes(failure.code)) throw error;
  };
}

/** At most 25 characters, and the same on each retry. The first part uses the delivery's ID. */
function nonceOf(id: string, part: number): string {
  return part === 0 ? id : createHash('sha256').update(`${id} ${part}`).digest('base64url').slice(0, 25);
}

/** "channel/message", or "channel/message,message" for a message of several parts. */
function messageRef(channel: string, parts: readonly string[]): MessageRef {
  return `${channel}/${parts.join(',')}` as MessageRef;
}

function readRef(ref: MessageRef): { readonly where: string; readonly parts: readonly string[] } {
  const [where = '', parts = ''] = ref.split('/');
  return { where, parts: parts.split(',') };
}
