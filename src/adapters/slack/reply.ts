import type { ModalView } from '@slack/web-api';
import type { View } from '../../core/language/view.ts';
import type { Words } from '../../core/language/words/words.ts';
import { failureOf } from './failure.ts';
import type { Incoming } from './inbound.ts';
import { shownModal } from './modal.ts';
import { nameOf } from './names.ts';
import type { Outbound } from './outbound.ts';
import { type Part, renderView } from './render.ts';
import { finishStarted, retry } from './retry.ts';
import type { Web } from './web.ts';

/** A trigger is valid for 3 s: https://docs.slack.dev/interactivity/handling-user-interaction#trigger_id */
const openWithinMs = 3_000;
/** A response_url may be used five times. */
const answersAtOnce = 4;

/** Shows the answer where the person is, or in their DM channel if that is not possible. */
export class Reply {
  readonly #web: Web;
  readonly #outbound: Outbound;
  readonly #incoming: Incoming;
  readonly #words: Words;
  readonly #signal: AbortSignal;

  /** `signal`: ends all attempts to show the answer. */
  constructor(web: Web, outbound: Outbound, incoming: Incoming, words: Words, signal: AbortSignal) {
    this.#web = web;
    this.#outbound = outbound;
    this.#incoming = incoming;
    this.#words = words;
    this.#signal = signal;
  }

  /** `alone`: only for this person. `instead`: replaces the message with the button. */
  async show(view: View, { alone, instead }: { readonly alone: boolean; readonly instead: boolean }): Promise<void> {
    const { surface, team, trigger } = this.#incoming;
    const parts = renderView(view);
    if (surface.kind === 'chat') {
      const where = { team, id: surface.channel, ...(surface.thread !== null && { thread: surface.thread }) };
      if (instead && surface.message !== null)
        await this.#outbound.change(where, [surface.message], view, this.#signal);
      else await this.#post(where, parts);
      return;
    }
    if (surface.kind === 'channel' && fitsAtOnce(parts)) {
      await this.#respond(surface.respondAt, parts, alone, instead && (surface.ownMessage || !alone));
      return;
    }
    const modal = surface.kind === 'channel' ? null : shownModal(parts, this.#words);
    if (modal !== null && surface.kind === 'modal') return this.#update(surface.view, modal);
    if (modal !== null && trigger !== null && (await this.open(modal))) return;
    await this.showInChat(view);
  }

  /** Shows the answer in the DM channel, where it stays. Returns the ID of the channel. */
  async showInChat(view: View): Promise<string> {
    const { team, user } = this.#incoming;
    const chat = await this.#outbound.chatWith(nameOf(team, user), this.#signal);
    await this.#post(chat, renderView(view));
    return chat.id;
  }

  /** Opens a modal; false if it is too late for that. */
  async open(view: ModalView): Promise<boolean> {
    const { team, trigger, surface } = this.#incoming;
    if (trigger === null) return false;
    const method = surface.kind === 'modal' ? 'views.push' : 'views.open';
    try {
      const signal = AbortSignal.timeout(openWithinMs);
      await retry(signal, (left) => this.#web.call(team, method, { trigger_id: trigger, view }, left));
      return true;
    } catch (error) {
      const failure = failureOf(error);
      // A used trigger means that the modal is open, and only Slack's response was lost.
      if (failure.kind === 'refused' && failure.reason === 'exchanged_trigger_id') return true;
      const late = failure.kind === 'refused' && ['expired_trigger_id', 'invalid_trigger_id'].includes(failure.reason);
      if (late || failure.kind === 'unsent' || failure.kind === 'uncertain' || failure.kind === 'rate-limited')
        return false;
      throw error;
    }
  }

  async #update(viewId: string, view: ModalView): Promise<void> {
    const { team } = this.#incoming;
    await retry(this.#signal, (left) => this.#web.call(team, 'views.update', { view_id: viewId, view }, left));
  }

  /** Sends a message again if its arrival is uncertain, because a duplicate does less harm than a missing message. */
  async #respond(url: string, parts: readonly Shown[], alone: boolean, instead: boolean): Promise<void> {
    for (const [i, { text, blocks }] of parts.entries()) {
      const body = {
        response_type: alone ? 'ephemeral' : 'in_channel',
        replace_original: instead && i === 0,
        text,
        blocks,
      };
      await this.#untilTaken((left) => this.#web.respond(url, body, left));
    }
  }

  async #post(where: Parameters<Outbound['post']>[0], parts: readonly Part[]): Promise<void> {
    for (const part of parts) await this.#untilTaken((left) => this.#outbound.post(where, [part], left));
  }

  /** Also waits out Slack's rate limits. */
  async #untilTaken(attempt: (left: AbortSignal) => Promise<unknown>): Promise<void> {
    await finishStarted(() => retry(this.#signal, attempt), this.#signal);
  }
}

type Shown = Part & { readonly kind: 'blocks' };

function fitsAtOnce(parts: readonly Part[]): parts is readonly Shown[] {
  return parts.length <= answersAtOnce && parts.every(({ kind }) => kind === 'blocks');
}
