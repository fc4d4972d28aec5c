import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults.ts';
import type { Fault } from './fault.ts';
import type { MessageLimits } from './limits.ts';
import { problemsOfCommands, problemsOfMessage, problemsOfToast } from './payloads.ts';
import { problemsBySpec } from './spec.ts';
import { chatJson, type Telegram } from './telegram.ts';
import type { Updates } from './updates.ts';
import { type Json, type Message, Refusal } from './world.ts';

export interface HistoryEntry {
  readonly method: string;
  readonly body: Json;
  readonly at: number;
}

interface ApiOptions {
  readonly telegram: Telegram;
  readonly updates: Updates;
  readonly faults: Faults<Fault>;
  readonly history: HistoryEntry[];
  readonly token: string;
  /** null: any number of messages is taken. */
  readonly limits: MessageLimits | null;
}

/** The Bot API over HTTP: https://core.telegram.org/bots/api#making-requests */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, history, token, telegram } = this.#options;
    const [, given, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const body = await bodyOf(request);
    if (given !== token) return answer(response, refusal(new Refusal(401, 'Unauthorized')));
    history.push({ method, body, at: performance.now() });
    telegram.changes.happened();
    const fault = faults.next(method);
    if (fault?.kind === 'reset-before') return void request.socket.destroy();
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end('<html>A proxy</html>');
    if (fault?.kind === 'error') return answer(response, refusal(new Refusal(fault.code, fault.description)));
    if (fault?.kind === 'rate-limit') {
      return answer(response, refusal(tooMany(fault.retryAfterSeconds)));
    }
    const seconds = this.#secondsToWait(method, body);
    if (seconds !== null) return answer(response, refusal(tooMany(seconds)));
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const said = await this.#done(method, body, gone.signal);
    if (fault?.kind === 'reset-after') return void request.socket.destroy();
    if (fault?.kind === 'slow') await fault.until;
    answer(response, said);
  }

  /** Only messages that appear count. */
  #secondsToWait(method: string, { chat_id: id }: Json): number | null {
    const { limits, telegram } = this.#options;
    const chat = telegram.chats.find((one) => String(one.id) === String(id));
    if (limits === null || chat === undefined || !method.startsWith('send')) return null;
    return limits.secondsToWait(chat);
  }

  async #done(method: string, body: Json, gone: AbortSignal): Promise<Answer> {
    try {
      for (const problem of this.#problems(method, body)) this.#options.telegram.violations.add(method, problem);
      return { status: 200, body: { ok: true, result: await this.#call(method, body, gone) } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (/can't parse|bad webhook/.test(error.message)) this.#options.telegram.violations.add(method, error.message);
      return refusal(error);
    }
  }

  #problems(method: string, body: Json): readonly string[] {
    const bySpec = problemsBySpec(method, body);
    if (/^(send|editMessageText)/.test(method)) return [...bySpec, ...problemsOfMessage(body)];
    if (method === 'answerCallbackQuery') return [...bySpec, ...problemsOfToast(body)];
    if (method === 'setMyCommands') return [...bySpec, ...problemsOfCommands(body)];
    return bySpec;
  }

  async #call(method: string, body: Json, gone: AbortSignal): Promise<unknown> {
    const { telegram, updates } = this.#options;
    switch (method) {
      case 'getMe':
        return telegram.me;
      case 'getUpdates':
        return updates.poll(body, gone);
      case 'setWebhook':
        updates.setWebhook(body);
        return true;
      case 'deleteWebhook':
        updates.deleteWebhook();
        return true;
      case 'sendMessage':
        return this.#message(telegram.send('text', body));
      case 'sendPhoto':
        return this.#message(telegram.send('photo', body));
      case 'sendDocument':
        return this.#message(telegram.send('document', body));
      case 'editMessageText':
        return this.#message(telegram.edit(body));
      case 'deleteMessage':
        telegram.remove(body);
        return true;
      case 'answerCallbackQuery':
        telegram.answerCallback(body);
        return true;
      case 'getChat':
        return telegram.fullInfo(body);
      case 'getChatMember':
        return telegram.chatMember(body);
      case 'getChatAdministrators':
        return telegram.administrators(body);
      case 'getMyCommands':
        return telegram.commands.get(whose(body)) ?? [];
      case 'setMyCommands':
        telegram.commands.set(whose(body), body['commands'] as readonly Json[]);
        telegram.changes.happened();
        return true;
      default:
        throw new Refusal(404, 'Not Found: method not found');
    }
  }

  #message({ id, chat, topic, text }: Message): Json {
    return {
      message_id: id,
      date: Math.floor(Date.now() / 1_000),
      chat: chatJson(chat),
      from: this.#options.telegram.me,
      ...(topic !== null && { message_thread_id: topic, is_topic_message: true }),
      text,
    };
  }
}

/** The scope and language of a list of commands. */
export function whose({ scope, language_code: language = '' }: Json): string {
  return `${(scope as { type: string } | undefined)?.type ?? 'default'} ${String(language)}`.trim();
}

function tooMany(seconds: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

interface Answer {
  readonly status: number;
  readonly body: Json;
}

function refusal({ code, message, parameters }: Refusal): Answer {
  return {
    status: code,
    body: { ok: false, error_code: code, description: message, ...(parameters && { parameters }) },
  };
}

function answer(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Of a form with files the other values are text, and numbers and keyboards are read from it. */
async function bodyOf(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return JSON.parse(body.toString() || '{}') as Json;
  if (!type.startsWith('multipart/')) return {};
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  return Object.fromEntries(
    // Telegraf names the method in the form too.
    [...form]
      .filter(([name]) => name !== 'method')
      .map(([name, value]) => {
        if (typeof value !== 'string') return [name, value];
        if (name === 'reply_markup') return [name, JSON.parse(value)];
        return [name, /^-?\d+$/.test(value) && name !== 'caption' ? Number(value) : value];
      }),
  );
}
