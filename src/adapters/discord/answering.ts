import {
  type APIInteraction,
  ApplicationCommandOptionType,
  type GatewayMessageCreateDispatchData,
  InteractionType,
  MessageFlags,
  type REST,
} from 'discord.js';
import { BackgroundTasks } from '../../core/adapter-kit/background-tasks.ts';
import { orLastResort } from '../../core/adapter-kit/last-resort.ts';
import type { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import type { Answer } from '../../core/language/answer.ts';
import type { CommandSpec } from '../../core/language/command.ts';
import type { Request } from '../../core/language/request.ts';
import type { View } from '../../core/language/view.ts';
import type { Expected, Host, Inbox, Intake } from '../../core/platform/platform.ts';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { suggestions } from './commands.ts';
import { failureOf, reasonOf } from './failure.ts';
import {
  type Askable,
  askedBy,
  askedInMessage,
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
  readonly commands: readonly CommandSpec[];
  readonly wordsFor: Host['wordsFor'];
  readonly log: Log;
  /** How long a modal may take to open before the reply is deferred, after which no modal can open. */
  readonly openWithinMs: number;
  /** As `Lifetime.deadline`. */
  readonly deadline: Lifetime['deadline'];
}

/** Nobody waits longer for an answer. */
const answerWithinMs = 60_000;

/** The first response to an interaction. It fixes who sees the answer, and whether a modal may still open. */
type FirstWord = 'put-off' | 'put-off-alone' | 'put-off-change';

/** Answers interactions and direct messages. Works while it acknowledges, because Discord waits only 3 s. */
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

  /** Resolves when all started work is done. */
  finished(): Promise<void> {
    return this.#backgroundTasks.finished();
  }

  /** Only logs a failure to show the answer, because the request is done and the next answer reflects it. */
  #begin({ id }: { readonly id: string }, work: () => Promise<void>): void {
    void this.#backgroundTasks.begin(work, (error) => {
      const about = { platform: 'discord', requestId: id, reason: reasonOf(error), error };
      this.#options.log.warn('an answer could not be shown', about);
    });
  }

  #answerOrHelp(interaction: Askable): Promise<void> {
    const reply = new Reply(this.#options.rest, interaction, this.#options.deadline);
    return orLastResort(() => this.#answer(interaction, reply), {
      isOurs,
      show: () => this.#lastResort(interaction, reply),
    });
  }

  async #lastResort({ locale }: Askable, reply: Reply): Promise<void> {
    const help = renderView(this.#options.inbox.lastResort(locale));
    // Adds to a message that is already shown, perhaps to everyone; otherwise replaces the deferred reply.
    if (reply.onlyAdds) return reply.add(help, true);
    await reply.putOff(true);
    await reply.show(help, true);
  }

  async #answer(interaction: Askable, reply: Reply): Promise<void> {
    const request = requestOf(interaction);
    const intake = this.#options.inbox.read(askedBy(interaction), { opensForms: true });
    const { expected } = intake;
    const hidden = (audience: Expected['audience']) => audience === 'private' && !isPrivateChat(interaction);
    if (expected.kind === 'open') return this.#answerWithForm(intake, request, reply, hidden);

    const help = intake.help(request.caller, request.at);
    // A private answer never replaces a public message, because everyone can read that one.
    const changes = expected.kind === 'replace' && !(hidden(expected.audience) && !isEphemeral(interaction));
    const alone = hidden(help === null ? expected.audience : 'private');
    const first: FirstWord = changes && help === null ? 'put-off-change' : alone ? 'put-off-alone' : 'put-off';
    const acknowledged = first === 'put-off-change' ? reply.putOffChange() : reply.putOff(alone);
    const work = intake.answer(request);
    const helped = help === null ? null : this.#helpFirst(help, acknowledged, reply, request);
    const answer = await bothDone(work, acknowledged).catch(async (error: unknown) => {
      await helped;
      if (expected.urgency === 'help') await this.#inChat(request, request.id, viewOf(await work));
      throw error;
    });
    await helped;
    if (answer.kind === 'open') throw new Error('A form came where none was expected');
    if (helped !== null)
      return answer.kind === 'nothing' ? undefined : reply.add(renderView(answer.view), hidden(answer.audience));
    await this.#show(answer, reply, first, hidden(answer.audience));
  }

  /** Shows help first, in place of the deferred reply. If that fails, sends it as a direct message. */
  async #helpFirst(help: Promise<View>, acknowledged: Promise<void>, reply: Reply, request: Request): Promise<void> {
    try {
      await acknowledged;
      await reply.show(renderView(await help), true);
    } catch {
      await this.#inChat(request, helpId(request.id), await help).catch((error: unknown) => this.#helpFailed(error));
    }
  }

  /** A failure to show help does not stop the answer. */
  #helpFailed(error: unknown): void {
    this.#options.log.warn('help could not be shown', { platform: 'discord', reason: reasonOf(error), error });
  }

  /** Sends help as a direct message, because Discord takes no answer after a late acknowledgement. */
  async #inChat({ caller: { account } }: Request, id: string, shown: View | null): Promise<void> {
    if (shown === null) return;
    const { outbound, deadline, log } = this.#options;
    const to = { kind: 'member', account } as const;
    const receipt = await outbound.deliver({ kind: 'post', id, to, view: shown }, deadline(answerWithinMs));
    if (receipt.kind !== 'sent') log.warn('help could not be shown', { platform: 'discord', reason: receipt.kind });
  }

  /** A modal must be the first response. If it would come too late, the reply is deferred and says so. */
  async #answerWithForm(
    intake: Intake,
    request: Request,
    reply: Reply,
    hidden: (audience: Expected['audience']) => boolean,
  ): Promise<void> {
    const { openWithinMs, wordsFor } = this.#options;
    const work = intake.answer(request);
    const answer = await withTimeout(openWithinMs, work, null);
    if (answer === null || answer.kind === 'nothing') {
      const late = await bothDone(work, reply.putOff(hidden('private')));
      if (late.kind === 'nothing') return reply.takeBack();
      return reply.show(renderView(late.kind === 'open' ? late.instead : late.view), hidden('private'));
    }
    if (answer.kind !== 'open') return reply.say(renderView(answer.view), hidden(answer.audience));
    return reply.openModal(toModal(answer.form, wordsFor(request.caller.locale)));
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
    const request = requestOfMessage(message);
    const intake = inbox.read(askedInMessage(message), { opensForms: false });
    const say = (id: string, shown: View) => outbound.answerIn(message.channel_id, id, shown, deadline(answerWithinMs));
    await orLastResort(
      async () => {
        const work = intake.answer(request);
        const help = await intake.help(request.caller, request.at);
        if (help !== null) await say(helpId(message.id), help).catch((error: unknown) => this.#helpFailed(error));
        const shown = viewOf(await work);
        if (shown !== null) await say(message.id, shown);
      },
      { isOurs, show: () => say(`${message.id}-last`, inbox.lastResort(request.caller.locale)) },
    );
  }

  async #suggest(interaction: Completing): Promise<void> {
    const { commands, rest, wordsFor, deadline } = this.#options;
    const { name } = interaction.data;
    const command = commands.find((one) => one.name === name);
    const [first] = interaction.data.options;
    const isBehind = first?.type === ApplicationCommandOptionType.Subcommand;
    const spec = isBehind ? command?.subcommands.find((one) => one.name === first.name) : command;
    const options = isBehind ? (first.options ?? []) : interaction.data.options;
    const typed = options.find((option) => 'focused' in option && option.focused);
    const field = spec?.options[typed?.name ?? ''];
    const value = typed !== undefined && 'value' in typed ? String(typed.value) : '';
    await new Reply(rest, interaction, deadline).suggest(suggestions(field, value, wordsFor(interaction.locale)));
  }
}

/** A failure on our side, not an outage of the platform, so a retry would not help. */
function isOurs(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === 'bug' || (failure.kind === 'refused' && failure.status === 400);
}

/** Another nonce than the answer's, because Discord posts the same nonce once. */
function helpId(id: string): string {
  return `${id}-help`;
}

function viewOf(answer: Answer): View | null {
  if (answer.kind === 'open') throw new Error('A form came where none was expected');
  return answer.kind === 'nothing' ? null : answer.view;
}

/**
 * Waits for both, because the request is carried out even without an acknowledgement.
 * @throws the error of the acknowledgement, or else of the work
 */
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
