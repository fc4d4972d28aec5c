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

/** A trigger is good for 3 s: https://docs.slack.dev/interactivity/handling-user-interaction#trigger_id */
const openWithinMs = 3_000;
/** A response_url may be used five times. */
const answersAtOnce = 4;

/** Shows the answer where someone is. Where they cannot be shown it there, it comes to their private chat. */
export class Reply {
  readonly #web: Web;
  readonly #outbound: Outbound;
  readonly #incoming: Incoming;
  readonly #words: Words;
  readonly #signal: AbortSignal;

  /** `signal`: when showing it is given up. */
  constructor(web: Web, outbound: Outbound, incoming: Incoming, words: Words, signal: AbortSignal) {
    this.#web = web;
    this.#outbound = outbound;
    this.#incoming = incoming;
    this.#words = words;
    this.#signal = signal;
  }

  /** `alone`: for this person, and nobody else. `instead`: of the message with the button. */
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

  /** In their private chat, where it stays. Gives the chat. */
  async showInChat(view: View): Promise<string> {
    const { team, user } = this.#incoming;
    const chat = await this.#outbound.chatWith(nameOf(team, user), this.#signal);
    await this.#post(chat, renderView(view));
    return chat.id;
  }

  /** Opens a modal: false where it is too late for that. */
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
      // Of a trigger that was used the modal is open: an answer was lost on its way.
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

  /**
   * Where nobody can know whether it arrived it is sent again: words that stand there twice do less harm than words that
   * are missing.
   */
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

  /** Waits as long as Slack asks to, too. */
  async #untilTaken(attempt: (left: AbortSignal) => Promise<unknown>): Promise<void> {
    await finishStarted(() => retry(this.#signal, attempt), this.#signal);
  }
}

type Shown = Part & { readonly kind: 'blocks' };

function fitsAtOnce(parts: readonly Part[]): parts is readonly Shown[] {
  return parts.length <= answersAtOnce && parts.every(({ kind }) => kind === 'blocks');
}
