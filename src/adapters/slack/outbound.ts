import { LRUCache } from 'lru-cache';
import { Deliverer, nothingSent, type Posting } from '../../core/adapter-kit/deliverer.ts';
import type { View } from '../../core/language/view.ts';
import type { DeliveryRefusal, Destination, Platform } from '../../core/platform/platform.ts';
import { assertNever } from '../../core/values/errors.ts';
import { failureOf, type Refusal } from './failure.ts';
import { isFile, messageRef, type Named, nameOf, readName, readRef } from './names.ts';
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

/** Where a message goes. `thread`: the timestamp of the thread's first message. */
interface Where extends Named {
  readonly thread?: string;
}

/** Sends messages to a channel, a thread or someone's DM channel. */
export class Outbound {
  readonly #web: Web;
  readonly #chats = new LRUCache<string, string>({ max: chatsKnownMax });
  readonly #deliverer: Deliverer<Where, Part, string, Refusal>;

  constructor(web: Web) {
    this.#web = web;
    this.#deliverer = new Deliverer(this.#posting(), { failureOf, refusalOf, finishStarted });
    this.deliver = this.#deliverer.deliver;
  }

  /** A post that may have arrived is "uncertain", because Slack's posts are not idempotent. */
  readonly deliver: Platform['deliver'];

  /** Posts the parts of an answer in order. @throws what `failureOf` reads */
  post(where: Where, parts: readonly Part[], signal: AbortSignal): Promise<readonly string[]> {
    return this.#deliverer.post(where, parts, '', signal);
  }

  /** Changes these messages into those: removes surplus ones and adds missing ones. */
  change(where: Where, before: readonly string[], view: View, signal: AbortSignal): Promise<readonly string[]> {
    return this.#deliverer.change(where, before, renderView(view), '', signal);
  }

  /** The DM channel with someone. */
  async chatWith(account: string, signal: AbortSignal): Promise<Named> {
    const { team, id: user } = readName(account);
    const known = this.#chats.get(account);
    if (known !== undefined) return { team, id: known };
    const opened = await this.#retry<{ channel: { id: string } }>(team, 'conversations.open', { users: user }, signal);
    this.#chats.set(account, opened.channel.id);
    return { team, id: opened.channel.id };
  }

  #posting(): Posting<Where, Part, string> {
    return {
      placeOf: (to, signal) => this.#placeOf(to, signal),
      render: renderView,
      post: (where, part, _, signal) => this.#postPart(where, part, signal),
      edit: (where, ts, part, signal) => this.#edit(where, ts, part, signal),
      remove: (where, part, signal) => this.#delete(where, part, signal),
      // Opens nothing, because any Slack message can start a thread, and the thread has no name.
      thread: async ({ team, id }, ts) => ({ kind: 'thread', channel: nameOf(team, id), thread: ts }),
      writeRef: messageRef,
      readRef,
    };
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

  async #edit({ team, id: channel }: Where, ts: string, part: Part, signal: AbortSignal): Promise<string | null> {
    if (part.kind !== 'blocks' || isFile(ts)) return null;
    const { text, blocks } = part;
    await this.#retry(team, 'chat.update', { channel, ts, text, blocks, ...quiet }, signal);
    return ts;
  }

  #postPart({ team, id: channel, thread }: Where, part: Part, signal: AbortSignal): Promise<string> {
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    if (part.kind === 'file') return this.#postFile(team, { channel_id: channel, ...inThread }, part, signal);
    const { text, blocks } = part;
    const body = { channel, text, blocks, ...inThread, ...quiet };
    return this.#web.call<{ ts: string }>(team, 'chat.postMessage', body, signal).then(({ ts }) => ts);
  }

  /** Nothing of the file is visible before the last of the three requests. */
  async #postFile(
    team: string,
    where: object,
    { name, data, alt }: Part & { kind: 'file' },
    signal: AbortSignal,
  ): Promise<string> {
    const asked = { filename: name, length: data.length, alt_txt: altOf(alt) };
    const to = this.#retry<{ upload_url: string; file_id: string }>(team, 'files.getUploadURLExternal', asked, signal);
    const { upload_url: url, file_id: id } = await to.catch(notSent);
    await retry(signal, (left) => this.#web.upload(url, data, left)).catch(notSent);
    await this.#web.call(
      team,
      'files.completeUploadExternal',
      { ...where, files: [{ id, title: altOf(alt) }] },
      signal,
    );
    return id;
  }

  /** Idempotent: a message or file that is already deleted is no error. */
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

/** Disables link previews, and automatic mentions and links. */
const quiet = { unfurl_links: false, unfurl_media: false, link_names: false, parse: 'none' } as const;

function refusalOf({ reason }: Refusal): DeliveryRefusal {
  if (reason.startsWith('restricted_action')) return 'no-permission';
  for (const [refusal, all] of Object.entries(reasons)) {
    if ((all as readonly string[]).includes(reason)) return refusal as keyof typeof reasons;
  }
  return 'invalid';
}

/** An earlier failure sent nothing, because a file is visible only after its last request. */
function notSent(error: unknown): never {
  return nothingSent({ failureOf }, error);
}
