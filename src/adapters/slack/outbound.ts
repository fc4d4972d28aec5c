import { KnownFailure } from '../../core/adapter-kit/failure.ts';
import { receiptOf } from '../../core/adapter-kit/receipt.ts';
import type { View } from '../../core/language/view.ts';
import type { Delivery, Destination, MessageRef, Receipt } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import { assertNever } from '../../core/values/errors.ts';
import { type Failure, failureOf } from './failure.ts';
import { isFile, messageRef, type Named, readName, readRef } from './names.ts';
import { altOf, type Part, renderView } from './render.ts';
import { finishStarted, retry } from './retry.ts';
import type { Web } from './web.ts';

/** The size of the DM channel cache: opening a channel costs a request each time. */
const chatsKnownMax = 10_000;

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors and those of the other methods */
const reasons = {
  'closed-dm': ['cannot_dm_bot', 'user_disabled', 'messages_tab_disabled', 'user_not_visible'],
  'no-permission': [
    'not_in_channel',
    'no_permission',
    'missing_scope',
    'access_denied',
    'ekm_access_denied',
    'cant_update_message',
    'cant_delete_message',
    'edit_window_closed',
    'team_access_not_granted',
    'not_allowed_token_type',
  ],
  gone: [
    'channel_not_found',
    'is_archived',
    'message_not_found',
    'thread_not_found',
    'user_not_found',
    'file_not_found',
    'file_deleted',
    'account_inactive',
    'token_revoked',
    'team_not_found',
  ],
} as const;

/** Where a message goes: in a thread it hangs on the message of that time. */
interface Where extends Named {
  readonly thread?: string;
}

/** What the bot posts: to a channel, a thread, or someone's private chat. */
export class Outbound {
  readonly #web: Web;
  readonly #clock: Clock;
  readonly #chats = new Map<string, string>();

  constructor(web: Web, clock: Clock) {
    this.#web = web;
    this.#clock = clock;
  }

  /**
   * Slack knows no way to ask twice and get one message: what may have been posted is "uncertain", and is not posted
   * again. Changes may be made twice without harm. @throws what is neither Slack's nor the network's: a bug
   */
  async deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt> {
    try {
      return { kind: 'sent', message: await this.#done(delivery, signal) };
    } catch (error) {
      const rules = { error, idempotent: delivery.kind !== 'post', refusalOf };
      return receiptOf(failureOf(error), rules, this.#clock.now());
    }
  }

  /** Posts an answer, part after part. @throws what `failureOf` reads */
  async post(where: Where, parts: readonly Part[], signal: AbortSignal): Promise<readonly string[]> {
    const sent: string[] = [];
    for (const part of parts) {
      const once = () => this.#postPart(where, part, signal);
      sent.push(await (sent.length > 0 ? finishStarted(once, signal) : once()));
    }
    return sent;
  }

  /** Changes these messages into those: deletes surplus ones and adds missing ones. */
  async change(where: Named, before: readonly string[], view: View, signal: AbortSignal): Promise<readonly string[]> {
    const parts = renderView(view);
    const kept: string[] = [];
    for (const [i, ts] of before.entries()) {
      const part = parts[i];
      if (part?.kind === 'blocks' && !isFile(ts)) {
        const { text, blocks } = part;
        await this.#retry(where.team, 'chat.update', { channel: where.id, ts, text, blocks, ...quiet }, signal);
        kept.push(ts);
      } else await this.#delete(where, ts, signal);
    }
    const rest = parts.slice(kept.length);
    return [...kept, ...(await finishStarted(() => this.post(where, rest, signal), signal))];
  }

  /** The private chat with someone. */
  async chatWith(account: string, signal: AbortSignal): Promise<Named> {
    const { team, id: user } = readName(account);
    const known = this.#chats.get(account);
    if (known !== undefined) return { team, id: known };
    const opened = await this.#retry<{ channel: { id: string } }>(team, 'conversations.open', { users: user }, signal);
    const [oldest] = this.#chats.keys();
    if (oldest !== undefined && this.#chats.size === chatsKnownMax) this.#chats.delete(oldest);
    this.#chats.set(account, opened.channel.id);
    return { team, id: opened.channel.id };
  }

  async #done(delivery: Delivery, signal: AbortSignal): Promise<MessageRef> {
    switch (delivery.kind) {
      case 'post': {
        const where = await this.#placeOf(delivery.to, signal).catch(nothingSent);
        return messageRef(where, await this.post(where, renderView(delivery.view), signal));
      }
      case 'edit': {
        const where = readRef(delivery.message);
        return messageRef(where, await this.change(where, where.parts, delivery.view, signal));
      }
      case 'remove': {
        const where = readRef(delivery.message);
        for (const part of where.parts) await this.#delete(where, part, signal);
        return delivery.message;
      }
      case 'thread':
        // In Slack every message is one: there is nothing to open, and it has no name.
        return delivery.message;
      default:
        return assertNever(delivery);
    }
  }

  async #placeOf(to: Destination, signal: AbortSignal): Promise<Where> {
    switch (to.kind) {
      case 'channel':
        return readName(to.channel);
      case 'thread':
        return { ...readName(to.channel), thread: to.thread };
      case 'member':
        return this.chatWith(to.account, signal);
      default:
        return assertNever(to);
    }
  }

  #postPart({ team, id: channel, thread }: Where, part: Part, signal: AbortSignal): Promise<string> {
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    if (part.kind === 'file') return this.#postFile(team, { channel_id: channel, ...inThread }, part, signal);
    const { text, blocks } = part;
    const body = { channel, text, blocks, ...inThread, ...quiet };
    return this.#web.call<{ ts: string }>(team, 'chat.postMessage', body, signal).then(({ ts }) => ts);
  }

  /** Until the last of the three requests nobody sees anything of it. */
  async #postFile(
    team: string,
    where: object,
    { name, data, alt }: Part & { kind: 'file' },
    signal: AbortSignal,
  ): Promise<string> {
    const asked = { filename: name, length: data.length, alt_txt: altOf(alt) };
    const to = this.#retry<{ upload_url: string; file_id: string }>(team, 'files.getUploadURLExternal', asked, signal);
    const { upload_url: url, file_id: id } = await to.catch(nothingSent);
    await retry(signal, (left) => this.#web.upload(url, data, left)).catch(nothingSent);
    await this.#web.call(
      team,
      'files.completeUploadExternal',
      { ...where, files: [{ id, title: altOf(alt) }] },
      signal,
    );
    return id;
  }

  /** What is gone already is gone. */
  async #delete({ team, id: channel }: Named, part: string, signal: AbortSignal): Promise<void> {
    const [method, what] = isFile(part) ? ['files.delete', { file: part }] : ['chat.delete', { channel, ts: part }];
    await this.#retry(team, method, what, signal).catch((error: unknown) => {
      const failure = failureOf(error);
      if (failure.kind !== 'refused' || refusalOf(failure) !== 'gone') throw error;
    });
  }

  #retry<T extends object>(team: string, method: string, body: object, signal: AbortSignal): Promise<T> {
    return retry(signal, (left) => this.#web.call<T>(team, method, body, left));
  }
}

/** No previews of links, and no word is made into a mention or a link by Slack. */
const quiet = { unfurl_links: false, unfurl_media: false, link_names: false, parse: 'none' } as const;

function refusalOf({ reason }: Failure & { kind: 'refused' }): (Receipt & { kind: 'refused' })['reason'] {
  if (reason.startsWith('restricted_action')) return 'no-permission';
  for (const [refusal, all] of Object.entries(reasons)) {
    if ((all as readonly string[]).includes(reason)) return refusal as keyof typeof reasons;
  }
  return 'invalid';
}

/** Before the first word of it is sent, nothing of a delivery can be there. */
function nothingSent(error: unknown): never {
  throw failureOf(error).kind === 'uncertain' ? new KnownFailure('unsent', error) : error;
}
