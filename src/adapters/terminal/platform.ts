import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { Answer } from '../../core/language/answer.ts';
import { toPlainText } from '../../core/language/plain-text.ts';
import type { Request, RequestBody } from '../../core/language/request.ts';
import type { Words } from '../../core/language/words/words.ts';
import type {
  Delivery,
  Destination,
  Host,
  Limits,
  MessageRef,
  Platform,
  PlatformKind,
  Receipt,
} from '../../core/platform/platform.ts';
import { assertNever } from '../../core/values/errors.ts';
import { type Numbered, noPaint, numberButtons, type Paint, renderView, safe } from './render.ts';
import { changeSession, type Session, sessionNow } from './session.ts';

export interface TerminalOptions {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
  readonly session: Session;
  /** Moves the clock of what the bot sends by itself along with the session's. */
  readonly onShift: (aheadMs: number) => void;
  /** One JSON object per answer, for scripts. */
  readonly json: boolean;
}

const limits: Limits = {
  fieldsPerForm: 0,
  commandPrefix: '/',
  hasModeratorGroups: true,
  canCheckModeratorInDm: false,
  asksAgainMs: 0,
  pace: {
    perSecond: Number.POSITIVE_INFINITY,
    privateEveryMs: 0,
    channelEveryMs: 0,
    requestsToMember: 1,
    botOf: () => 'terminal',
  },
};

/** Each community has one channel, because the terminal shows only one. */
const onlyChannel = 'general';

/** The smallest adapter: lines in, answers out. It has one user at a time, whom `:as` names. */
export function terminal(options: TerminalOptions): PlatformKind {
  return { name: 'terminal', limits, open: async (host) => open(options, host) };
}

function open(options: TerminalOptions, host: Host): Platform {
  const { input, output, json, onShift } = options;
  const { clock } = host;
  const words = host.wordsFor('en');
  const inbox = host.inbox({
    mayModerate: async ({ claims }) => claims.includes('moderator'),
    mayPost: async (place) => (place.kind === 'channel' && place.channel === onlyChannel ? 'yes' : 'elsewhere'),
  });
  const person = input.isTTY === true;
  const paint: Paint = output.isTTY === true && !json ? styleText : noPaint;
  const { promise: ended, resolve: end } = deferred();
  let session = options.session;
  onShift(session.ahead.total('milliseconds'));
  let buttons: Numbered = new Map();
  let messages = 0;
  let stopping = false;
  let hears = true;

  async function converse(): Promise<void> {
    let heard = false;
    if (person && !json) notice(words.text('terminal.welcome'));
    prompt();
    for await (const line of lines) {
      heard = true;
      if (line.trim() !== '') await answerLine(line);
      prompt();
    }
    if (!heard && !person && !stopping) notice(words.text('terminal.guide'));
  }

  async function answerLine(line: string): Promise<void> {
    if (line.startsWith(':')) return steer(line);
    const asked = read(line);
    if (asked === null) return notice(words.text('terminal.no-button', { given: line.trim() }));
    if (asked.kind === 'text' && session.community !== null) return notice(words.text('terminal.channel'));
    const intake = inbox.read(asked, { opensForms: false });
    const asking = request();
    const work = intake.answer(asking);
    const help = await intake.help(asking.caller, asking.at);
    if (help !== null) show({ kind: 'reply', audience: 'private', view: help });
    show(await work);
  }

  function steer(line: string): void {
    const changed = changeSession(session, line, clock.now(), words);
    if ('problem' in changed) return notice(changed.problem);
    // Drops the buttons, because they were shown to another person or in another place.
    if (changed.session.account !== session.account || changed.session.community !== session.community)
      buttons = new Map();
    session = changed.session;
    onShift(session.ahead.total('milliseconds'));
    notice(changed.said);
  }

  function read(line: string): RequestBody | null {
    const typed = line.trim();
    if (/^\d{1,4}$/.test(typed)) {
      const button = buttons.get(Number(typed));
      return button === undefined ? null : { kind: 'action', token: button.token };
    }
    const command = /^\/(\S*)\s*(.*)$/s.exec(typed);
    if (command !== null) return { kind: 'typed', name: command[1] ?? '', rest: command[2] ?? '' };
    return { kind: 'text', text: line };
  }

  function request(): Request {
    const { account, community, moderator, zone } = session;
    return {
      id: randomUUID(),
      caller: {
        platform: 'terminal',
        account,
        community,
        locale: 'en',
        communityLocale: null,
        zone,
        claims: moderator ? ['moderator'] : [],
      },
      place: community === null ? { kind: 'private' } : { kind: 'channel', channel: onlyChannel },
      at: sessionNow(session, clock.now()),
    };
  }

  function show(answer: Answer): void {
    // This platform has no forms: the core asks their fields one by one.
    if (answer.kind === 'open') throw new Error('The terminal was asked to open a form');
    if (answer.kind === 'nothing') return;
    const { view, kind, audience } = answer;
    buttons = numberButtons(view);
    if (json) {
      const numbered = [...buttons].map(([number, { label, token }]) => ({ number, label, token }));
      write(
        JSON.stringify({
          answer: kind,
          audience,
          text: toPlainText(view),
          buttons: numbered,
          blocks: view.blocks,
          ...reasonOf(answer),
        }),
      );
      return;
    }
    if (session.community !== null && audience === 'private') write(paint('dim', words.text('terminal.only-you')));
    write(`${renderView(view, paint)}\n`);
  }

  function notice(sentence: string): void {
    write(json ? JSON.stringify({ answer: 'notice', text: sentence }) : `${paint('dim', safe(sentence))}\n`);
  }

  function write(line: string): void {
    output.write(`${line}\n`);
  }

  function prompt(): void {
    if (person && !json) output.write(`${session.account}> `);
  }

  const lines = createInterface({ input, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
  lines.once('close', () => {
    hears = false;
  });
  converse().then(end.ok, end.failed);

  return {
    ended,
    connected: () => hears,

    async deliver(delivery: Delivery): Promise<Receipt> {
      const id = 'message' in delivery ? delivery.message : (`${++messages}` as MessageRef);
      write(
        `${paint('dim', deliveryLine(delivery, id, words))}${'view' in delivery ? `\n${renderView(delivery.view, paint)}\n` : ''}`,
      );
      const thread = delivery.kind === 'thread' ? ({ kind: 'thread', channel: 'here', thread: id } as const) : null;
      return { kind: 'sent', message: id, thread };
    },

    async stop() {
      stopping = true;
      lines.close();
      await ended;
    },
  };
}

function reasonOf(answer: Answer): object {
  return answer.kind === 'refused' ? { reason: answer.reason, problems: answer.problems } : {};
}

function deliveryLine(delivery: Delivery, message: MessageRef, words: Words): string {
  switch (delivery.kind) {
    case 'post':
      return words.text('terminal.post', { message, to: placeText(delivery.to) });
    case 'edit':
      return words.text('terminal.edit', { message });
    case 'remove':
      return words.text('terminal.remove', { message });
    case 'thread':
      return words.text('terminal.thread', { message, name: safe(delivery.name) });
    default:
      return assertNever(delivery);
  }
}

function placeText(to: Destination): string {
  switch (to.kind) {
    case 'member':
      return `@${safe(to.account)}`;
    case 'channel':
      return `#${safe(to.channel)}`;
    case 'thread':
      return `#${safe(to.channel)}/${safe(to.thread)}`;
    default:
      return assertNever(to);
  }
}

function deferred() {
  let ok = (): void => {};
  let failed: (reason: unknown) => void = () => {};
  const promise = new Promise<void>((resolve, reject) => {
    ok = resolve;
    failed = reject;
  });
  return { promise, resolve: { ok, failed } };
}
