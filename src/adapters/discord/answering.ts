import {
  type APIInteraction,
  type GatewayMessageCreateDispatchData,
  InteractionType,
  MessageFlags,
  type REST,
} from 'discord.js';
import { BackgroundTasks } from '../../core/adapter-kit/background-tasks.ts';
import type { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import type { Content } from '../../core/conversation/context.ts';
import type { Definitions } from '../../core/conversation/definitions.ts';
import type { Answer } from '../../core/language/answer.ts';
import type { Request } from '../../core/language/request.ts';
import { type ActionButton, actions, text, type View, view } from '../../core/language/view.ts';
import type { Expected, Inbox } from '../../core/platform/platform.ts';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { suggestions } from './commands.ts';
import { failureOf, reasonOf } from './failure.ts';
import {
  type Askable,
  type Completing,
  isAskable,
  isPrivateChat,
  isWrittenToBot,
  requestOf,
  requestOfMessage,
} from './inbound.ts';
import { toModal } from './modal.ts';
import type { Outbound } from './outbound.ts';
import { renderView } from './render.ts';
import { Reply } from './reply.ts';

export interface AnsweringOptions {
  readonly inbox: Inbox;
  readonly rest: REST;
  readonly outbound: Outbound;
  readonly definitions: Definitions;
  readonly wordsFor: Content['wordsFor'];
  readonly log: Log;
  /** How long a form may take to open before the answer is put off, and the form cannot open any more. */
  readonly openWithinMs: number;
  /** As `Lifetime.deadline`. */
  readonly deadline: Lifetime['deadline'];
}

/** Nobody looks for an answer longer. */
const answerWithinMs = 60_000;

/** What the first word to Discord was: it settles who will see the answer, and whether a form may still open. */
type FirstWord = 'put-off' | 'put-off-alone' | 'put-off-change';

/** Everything that people do with the bot: acknowledged at once, then worked on, then shown. */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #backgroundTasks = new BackgroundTasks();

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  interaction(interaction: APIInteraction): void {
    this.#begin(interaction, async () => {
      if (interaction.type === InteractionType.ApplicationCommandAutocomplete) await this.#suggest(interaction);
      else if (isAskable(interaction)) await this.#answerOrHelp(interaction);
    });
  }

  message(message: GatewayMessageCreateDispatchData): void {
    this.#begin(message, async () => {
      if (isWrittenToBot(message)) await this.#answerMessage(message);
    });
  }

  /** Resolves when everything that was begun is done. */
  finished(): Promise<void> {
    return this.#backgroundTasks.finished();
  }

  /** What could not be shown was done all the same: the next answer tells. */
  #begin({ id }: { readonly id: string }, work: () => Promise<void>): void {
    void this.#backgroundTasks.begin(work, (error) => {
      const about = { platform: 'discord', requestId: id, reason: reasonOf(error), error };
      this.#options.log.warn('an answer could not be shown', about);
    });
  }

  /** Whatever is wrong with an answer, the one who asks is not left without the way to a person. */
  async #answerOrHelp(interaction: Askable): Promise<void> {
    const reply = new Reply(this.#options.rest, interaction, this.#options.deadline);
    try {
      await this.#answer(interaction, reply);
    } catch (error) {
      const failure = failureOf(error);
      const ours = failure.kind === 'bug' || (failure.kind === 'refused' && failure.status === 400);
      if (ours) await this.#help(interaction, reply);
      throw error;
    }
  }

  async #help({ locale }: Askable, reply: Reply): Promise<void> {
    const { definitions, wordsFor } = this.#options;
    const words = wordsFor(locale);
    const help = renderView(view(text(words.text('refused.failed')), definitions.menu(words).blocks));
    // What was put off is answered. Words that stand there already, maybe for everyone, stay.
    if (reply.onlyAdds) return reply.add(help, true);
    await reply.putOff(true);
    await reply.show(help, true);
  }

  async #answer(interaction: Askable, reply: Reply): Promise<void> {
    const { inbox } = this.#options;
    const request = requestOf(interaction);
    const hidden = (audience: Expected['audience']) => audience === 'private' && !isPrivateChat(interaction);
    const expected = inbox.expects(request);
    if (expected.kind === 'open') return this.#answerWithForm(request, reply, hidden);

    // A message that all can read is no place for what is for one alone.
    const changes = expected.kind === 'replace' && !(hidden(expected.audience) && !isEphemeral(interaction));
    const first: FirstWord = changes ? 'put-off-change' : hidden(expected.audience) ? 'put-off-alone' : 'put-off';
    const acknowledged = first === 'put-off-change' ? reply.putOffChange() : reply.putOff(first === 'put-off-alone');
    const work = inbox.receive(request);
    const answer = await bothDone(work, acknowledged).catch(async (error: unknown) => {
      if (expected.urgency === 'help') await this.#helpInChat(request, await work);
      throw error;
    });
    if (answer.kind === 'open') throw new Error('A form came where none was expected');
    await this.#show(answer, reply, first, hidden(answer.audience));
  }

  /** Discord takes no answer any more where the acknowledgement came too late: help is then sent to the private chat. */
  async #helpInChat({ id, caller: { account } }: Request, answer: Answer): Promise<void> {
    if (!('view' in answer)) return;
    const { outbound, deadline, log } = this.#options;
    const to = { kind: 'member', account } as const;
    const delivery = { kind: 'post', id, to, view: answer.view } as const;
    const receipt = await outbound.deliver(delivery, deadline(answerWithinMs));
    if (receipt.kind !== 'sent') log.warn('help could not be shown', { platform: 'discord', reason: receipt.kind });
  }

  /** A modal must be the first word. Where it would come too late, the answer is put off, and says so. */
  async #answerWithForm(
    request: Request,
    reply: Reply,
    hidden: (audience: Expected['audience']) => boolean,
  ): Promise<void> {
    const { inbox, openWithinMs, wordsFor } = this.#options;
    const work = inbox.receive(request);
    const answer = await withTimeout(openWithinMs, work, null);
    if (answer === null || answer.kind === 'nothing') {
      const late = await bothDone(work, reply.putOff(hidden('private')));
      if (late.kind === 'nothing') return reply.takeBack();
      const shown = late.kind === 'open' ? this.#tooSlow(request, late.form.title) : late.view;
      return reply.show(renderView(shown), hidden('private'));
    }
    if (answer.kind !== 'open') return reply.say(renderView(answer.view), hidden(answer.audience));
    return reply.openModal(toModal(answer.form, wordsFor(request.caller.locale)));
  }

  /** The same button once more; behind a command there is none. */
  #tooSlow({ asked, caller }: Request, label: string): View {
    const words = this.#options.wordsFor(caller.locale);
    const again: ActionButton | null = asked.kind === 'action' ? { kind: 'action', label, token: asked.token } : null;
    return view(text(words.text('form.too-slow')), again === null ? [] : actions(again));
  }

  async #show(
    answer: Exclude<Answer, { kind: 'open' }>,
    reply: Reply,
    first: FirstWord,
    alone: boolean,
  ): Promise<void> {
    // A deferred update shows nothing by itself, but a deferred reply shows "thinking…" until it is deleted.
    if (answer.kind === 'nothing') return first === 'put-off-change' ? undefined : reply.takeBack();
    const messages = renderView(answer.view);
    if (first === 'put-off-change' && answer.kind !== 'replace') return reply.add(messages, alone);
    if (first === 'put-off' && alone) {
      await reply.takeBack();
      return reply.add(messages, alone);
    }
    return reply.show(messages, alone);
  }

  async #answerMessage(message: GatewayMessageCreateDispatchData): Promise<void> {
    const { inbox, outbound, deadline } = this.#options;
    const written = requestOfMessage(message);
    // No form can open from a message: what would open one is taken as words.
    const opens = inbox.expects(written).kind === 'open';
    const request: Request = opens ? { ...written, asked: { kind: 'text', text: message.content } } : written;
    const answer = await inbox.receive(request);
    if (answer.kind !== 'open' && answer.kind !== 'nothing')
      await outbound.answerIn(message.channel_id, message.id, answer.view, deadline(answerWithinMs));
  }

  async #suggest(interaction: Completing): Promise<void> {
    const { definitions, rest, wordsFor, deadline } = this.#options;
    const { name, options } = interaction.data;
    const typed = options.find((option) => 'focused' in option && option.focused);
    const field = definitions.commands.find((command) => command.name === name)?.options[typed?.name ?? ''];
    const value = typed !== undefined && 'value' in typed ? String(typed.value) : '';
    await new Reply(rest, interaction, deadline).suggest(suggestions(field, value, wordsFor(interaction.locale)));
  }
}

/** Both go on at once: whatever becomes of the acknowledgement, what was asked is done. @throws where it was refused */
async function bothDone<T>(work: Promise<T>, acknowledged: Promise<void>): Promise<T> {
  const [done] = await Promise.allSettled([work, acknowledged]);
  await acknowledged;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}

function isEphemeral(interaction: Askable): boolean {
  const flags = 'message' in interaction ? (interaction.message?.flags ?? 0) : 0;
  return (flags & MessageFlags.Ephemeral) !== 0;
}
