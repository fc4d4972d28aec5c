import { BackgroundTasks } from '../../core/adapter-kit/background-tasks.ts';
import { orLastResort } from '../../core/adapter-kit/last-resort.ts';
import type { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import { RecentIds } from '../../core/adapter-kit/recent-ids.ts';
import type { Answer, ShownAnswer } from '../../core/language/answer.ts';
import { actions, text, view } from '../../core/language/view.ts';
import type { Words } from '../../core/language/words/words.ts';
import type { Expected, Host, Inbox, Intake } from '../../core/platform/platform.ts';
import type { Clock } from '../../core/values/clock.ts';
import type { Log } from '../../core/values/log.ts';
import type { Temporal } from '../../core/values/time.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { failureOf, reasonOf } from './failure.ts';
import type { Home } from './home.ts';
import { answerAt, callerOf, type Incoming, inChat, mayBeChat, placeOf } from './inbound.ts';
import { shownModal, toModal } from './modal.ts';
import { nameOf } from './names.ts';
import type { Outbound } from './outbound.ts';
import type { People } from './people.ts';
import { renderView } from './render.ts';
import { Reply } from './reply.ts';
import type { Web } from './web.ts';

export interface AnsweringOptions {
  readonly inbox: Inbox;
  readonly web: Web;
  readonly outbound: Outbound;
  readonly people: People;
  readonly home: Home;
  readonly wordsFor: Host['wordsFor'];
  readonly clock: Clock;
  readonly log: Log;
  /** How long Slack waits for the result of a form; it shows an error after 3 s. */
  readonly formWithinMs: number;
  /** As `Lifetime.deadline`. */
  readonly deadline: Lifetime['deadline'];
}

/** Acknowledges a request, once; for a form, together with its result. */
export type Acknowledge = (said?: object) => Promise<void>;

/** The same help is shown in a DM channel at most once in this time. */
const sameHelpMs = 5_000;
/** More people than ask for help in that time. A cache takes its memory at once. */
const helpShownMax = 2_000;

/** The longest wait for the ID of someone's DM channel with the bot. */
const chatWithinMs = 1_000;

/** Nobody waits longer for an answer; a response_url is valid for 30 minutes. */
const showWithinMs = 60_000;

/** Answers what people do with the bot: acknowledges a request while it works, then shows the answer. */
export class Answering {
  readonly #options: AnsweringOptions;
  readonly #backgroundTasks = new BackgroundTasks();
  readonly #helpInChat = new RecentIds(sameHelpMs, helpShownMax);

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  /** Only logs a failure to show the answer, because the request is done and the next answer reflects it. */
  answer(incoming: Incoming, acknowledge: Acknowledge): void {
    const { log, home } = this.#options;
    const work = async () => {
      await this.#answerOrHelp(incoming, this.#safely(acknowledge));
      // Refreshes the App Home, so that someone who asked from it, a shortcut or a modal sees the new state.
      if (incoming.surface.kind === 'none' || incoming.surface.kind === 'modal') await home.refresh(incoming);
    };
    void this.#backgroundTasks.begin(work, (error) =>
      log.warn('an answer could not be shown', { platform: 'slack', reason: reasonOf(error), error }),
    );
  }

  /** Resolves when all started work is done. */
  finished(): Promise<void> {
    return this.#backgroundTasks.finished();
  }

  /** Acknowledges once, and only logs a failure, because the request is carried out all the same. */
  #safely(acknowledge: Acknowledge): Acknowledge {
    let begun: Promise<void> | null = null;
    return (said) => {
      begun ??= acknowledge(said).catch((error: unknown) => {
        this.#options.log.warn('an acknowledgement did not leave', { platform: 'slack', error });
      });
      return begun;
    };
  }

  async #answerOrHelp(incoming: Incoming, acknowledge: Acknowledge): Promise<void> {
    const { inbox, people, wordsFor } = this.#options;
    const show = async () => {
      await acknowledge();
      const { locale } = await people.profileOf(incoming, true);
      const reply = this.#reply(incoming, wordsFor(locale));
      await reply.show(inbox.lastResort(locale), { alone: true, instead: false });
    };
    try {
      await orLastResort(() => this.#answer(incoming, acknowledge), { isOurs, show });
    } finally {
      await acknowledge();
    }
  }

  #reply(incoming: Incoming, words: Words): Reply {
    const { web, outbound, deadline } = this.#options;
    return new Reply(web, outbound, incoming, words, deadline(showWithinMs));
  }

  async #answer(asked: Incoming, acknowledge: Acknowledge): Promise<void> {
    const { inbox, people, wordsFor, clock } = this.#options;
    const isForm = asked.asked.kind === 'form';
    // Acknowledges first, except for a form, because a form may have to stay open.
    if (!isForm) void acknowledge();
    // A modal needs a trigger, and a message has none.
    const intake = inbox.read(asked.asked, { opensForms: asked.trigger !== null });
    const { expected } = intake;
    const at = asked.at ?? clock.now();
    const helped = this.#helpFirst(asked, intake, at);
    const incoming = await this.#placed(asked, intake);
    if (incoming.surface.kind === 'chat' && this.#isHelpAgain(incoming, expected)) return helped;
    const caller = callerOf(incoming, await people.profileOf(incoming, expected.urgency === 'help'));
    const words = wordsFor(caller.locale);
    const reply = this.#reply(incoming, words);
    const work = intake.answer({ id: incoming.id, caller, place: placeOf(incoming), at });
    // Slack closes a form with an error after 3 s, so it does not wait for the help beside it.
    if (isForm) await this.#answerForm(incoming, await this.#inTime(work), work, acknowledge, reply, words);
    await helped;
    if (isForm) return;
    const answer = await work;
    if (answer.kind === 'nothing') return;
    if (answer.kind !== 'open') return this.#show(answer, expected, incoming, reply, words);
    const opened = await reply.open(toModal(answer.form, answerAt(incoming.surface), words));
    if (!opened) await reply.show(answer.instead, { alone: true, instead: false });
  }

  /**
   * Shows help in the DM channel, where it stays, and in the channel where the person is. A failure to show it does not
   * stop the answer.
   */
  async #helpFirst(incoming: Incoming, intake: Intake, at: Temporal.Instant): Promise<void> {
    if (intake.concern === null) return;
    const { people, wordsFor, log } = this.#options;
    try {
      const caller = callerOf(incoming, await people.profileOf(incoming, true));
      const help = await intake.help(caller, at);
      if (help === null) return;
      const reply = this.#reply(incoming, wordsFor(caller.locale));
      const here = () => reply.show(help, { alone: true, instead: false });
      const { kind } = incoming.surface;
      if (kind === 'chat') await here();
      // A response_url takes five messages: one for the help leaves four for the answer.
      else if (kind !== 'channel' || renderView(help).length > 1) await reply.showInChat(help);
      else await eitherShown([reply.showInChat(help), here()]);
    } catch (error) {
      log.warn('help could not be shown', { platform: 'slack', reason: reasonOf(error), error });
    }
  }

  /**
   * Finds out whether the request came from the DM channel. Help skips this, because it is shown in both places anyway.
   */
  async #placed(incoming: Incoming, { expected }: Intake): Promise<Incoming> {
    const { outbound } = this.#options;
    if (!mayBeChat(incoming) || expected.urgency === 'help') return incoming;
    const { team, user, surface } = incoming;
    const chat = await outbound
      .chatWith(nameOf(team, user), AbortSignal.timeout(chatWithinMs))
      .then(({ id: channel }) => channel)
      .catch(() => null);
    return chat !== null && surface.kind === 'channel' && surface.channel === chat ? inChat(incoming, chat) : incoming;
  }

  #inTime(work: Promise<Answer>): Promise<Answer | null> {
    return withTimeout(this.#options.formWithinMs, work, null);
  }

  /** Shows errors beside their fields and keeps the form open; otherwise closes it, or shows the answer in it. */
  async #answerForm(
    incoming: Incoming,
    early: Answer | null,
    work: Promise<Answer>,
    acknowledge: Acknowledge,
    reply: Reply,
    words: Words,
  ): Promise<void> {
    if (early?.kind === 'refused' && early.problems.length > 0) {
      const errors = Object.fromEntries(early.problems.map(({ field, sentence }) => [field, sentence]));
      return acknowledge({ response_action: 'errors', errors });
    }
    const nowhere = incoming.surface.kind === 'none';
    const modal =
      early === null || early.kind === 'open' || early.kind === 'nothing' || !nowhere
        ? null
        : shownModal(renderView(early.view), words);
    if (modal !== null) return acknowledge({ response_action: 'update', view: modal });
    await acknowledge();
    const answer = await work;
    if (answer.kind === 'open') throw new Error('A form came where none was expected');
    if (answer.kind === 'nothing') return;
    await reply.show(answer.view, { alone: true, instead: false });
  }

  /**
   * Shows an answer that is to stay in the DM channel, with a link to it here, because an ephemeral message vanishes
   * when Slack is reloaded. Help is shown in both places at once.
   */
  async #show(answer: ShownAnswer, expected: Expected, incoming: Incoming, reply: Reply, words: Words): Promise<void> {
    const { surface, team } = incoming;
    const how = { alone: answer.audience === 'private', instead: answer.kind === 'replace' };
    const here = surface.kind === 'chat' || expected.keepsIn === 'here' || !how.alone || answer.kind === 'refused';
    if (here || how.instead) return reply.show(answer.view, how);
    if (expected.keepsIn === 'both') {
      const again = this.#isHelpAgain(incoming, expected);
      return eitherShown([reply.show(answer.view, how), ...(again ? [] : [reply.showInChat(answer.view)])]);
    }
    let chat: string;
    try {
      chat = await reply.showInChat(answer.view);
    } catch (error) {
      if (failureOf(error).kind === 'bug') throw error;
      return reply.show(answer.view, how);
    }
    const href = `https://slack.com/app_redirect?channel=${chat}&team=${team}`;
    const door = actions({ kind: 'link', label: words.text('slack.open-chat'), href });
    await reply.show(view(text(words.text('slack.in-chat')), door), how);
  }

  /** Was the same help shown in the DM channel a moment ago? */
  #isHelpAgain({ team, user }: Incoming, { sameHelp }: Expected): boolean {
    return sameHelp !== null && this.#helpInChat.again(`${nameOf(team, user)} ${sameHelp}`);
  }
}

/** A failure on our side, not an outage of the platform, so a retry would not help. */
function isOurs(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === 'bug' || (failure.kind === 'refused' && /^(invalid_|msg_|too_)/.test(failure.reason));
}

/**
 * Runs independently: neither waits for the other or fails with it.
 * @throws if none could be shown, or one met a bug
 */
async function eitherShown(ways: readonly Promise<unknown>[]): Promise<void> {
  const done = await Promise.allSettled(ways);
  const failed = done.filter((one) => one.status === 'rejected');
  const bug = failed.find(({ reason }) => failureOf(reason).kind === 'bug');
  const first = bug ?? (failed.length === done.length ? failed[0] : undefined);
  if (first !== undefined) throw first.reason;
}
