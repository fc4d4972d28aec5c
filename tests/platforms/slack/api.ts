import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Faults } from '../faults.ts';
import type { Fault } from './fault.ts';
import { methods } from './methods.ts';
import type { OAuth } from './oauth.ts';
import { type Slack, SlackError } from './slack.ts';
import type { Json } from './world.ts';

/** One request that arrived, and what became of it. */
export interface HistoryEntry {
  /** A method of the Web API, "response_url", or "upload". */
  readonly method: string;
  readonly body: Json;
  /** On the clock of performance.now(). */
  readonly at: number;
  answeredAt: number | null;
  ok: boolean | null;
  error: string | null;
  readonly fault: Fault['kind'] | null;
}

interface ApiOptions {
  readonly slack: Slack;
  readonly faults: Faults<Fault>;
  readonly history: HistoryEntry[];
  readonly oauth: OAuth;
  readonly appToken: string;
  readonly url: () => string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The Web API, the addresses at which interactions are answered, and where files go. */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, history, slack } = this.#options;
    const bytes = await buffer(incoming);
    const path = incoming.url ?? '/';
    const [, kind = '', name = ''] = /^\/(api|respond|upload)\/([^?]*)/.exec(path) ?? [];
    const method = kind === 'api' ? name : kind === 'respond' ? 'response_url' : kind;
    const fault = faults.next(method);
    const body = kind === 'upload' ? {} : bodyOf(incoming.headers['content-type'] ?? '', String(bytes));
    const entry: HistoryEntry = {
      method,
      body,
      at: performance.now(),
      answeredAt: null,
      ok: null,
      error: null,
      fault: fault?.kind ?? null,
    };
    history.push(entry);
    const answer = this.#answer(kind, name, method, body, incoming.headers.authorization, fault, entry);
    if (fault?.kind === 'slow') {
      slack.changes.happened();
      await fault.until;
    }
    entry.answeredAt = performance.now();
    if (answer === null || fault?.kind === 'reset-after') incoming.socket.resetAndDestroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
    slack.changes.happened();
  }

  /** Null: the connection is reset before anything was done. */
  #answer(
    kind: string,
    name: string,
    method: string,
    body: Json,
    authorization: string | undefined,
    fault: Fault | null,
    entry: HistoryEntry,
  ): Answer | null {
    const { slack } = this.#options;
    if (fault?.kind === 'reset-before') return null;
    if (fault?.kind === 'status') return { status: fault.status, body: '' };
    if (fault?.kind === 'rate-limit') {
      const headers = { 'retry-after': String(fault.retryAfterSeconds) };
      return { status: 429, body: JSON.stringify({ ok: false, error: 'ratelimited' }), headers };
    }
    try {
      if (fault?.kind === 'error') throw new SlackError(fault.error);
      if (kind === 'upload') return { status: 200, body: 'OK' };
      if (kind === 'respond') return this.#respond(name, body);
      const result = this.#call(name, body, authorization);
      entry.ok = true;
      return { status: 200, body: JSON.stringify({ ok: true, ...result }) };
    } catch (error) {
      if (!(error instanceof SlackError)) {
        slack.violations.add(method, `the loopback server itself failed: ${String((error as Error).stack)}`);
        return { status: 500, body: '' };
      }
      Object.assign(entry, { ok: false, error: error.word });
      const status = kind === 'respond' ? 404 : 200;
      return { status, body: JSON.stringify({ ok: false, error: error.word }) };
    }
  }

  #call(name: string, { token, ...args }: Json, authorization: string | undefined): Json {
    const { slack, oauth, appToken, url } = this.#options;
    const given = authorization?.replace(/^Bearer /, '') ?? (token as string);
    if (name === 'apps.connections.open') {
      if (given !== appToken) throw new SlackError('invalid_auth');
      return { url: `${url().replace('http', 'ws')}/socket` };
    }
    if (name === 'oauth.v2.access') return oauth.access(args);
    const team = slack.teams.find(({ tokens }) => tokens.has(given));
    if (team === undefined) throw new SlackError('invalid_auth');
    if (team.expired.has(given)) throw new SlackError('token_expired');
    const found = methods[name];
    if (found === undefined) {
      slack.violations.add(name, 'no such method');
      throw new SlackError('unknown_method');
    }
    return found({ slack, team, url: url(), args });
  }

  #respond(id: string, body: Json): Answer {
    const { slack } = this.#options;
    const response = slack.responses.get(id);
    if (response === undefined || response.left === 0) throw new SlackError('used_url');
    const { channel, user, message } = response;
    const {
      response_type: type = 'ephemeral',
      replace_original: replaces = false,
      delete_original: _,
      ...given
    } = body;
    if (replaces === true && message !== null) slack.rewrite('response_url', message, given);
    else slack.write('response_url', channel, given, type === 'ephemeral' ? { onlyFor: user } : {});
    response.left -= 1;
    return { status: 200, body: 'ok' };
  }
}

/** A form, with what is more than a word as JSON; or all of it as JSON. */
function bodyOf(type: string, text: string): Json {
  if (type.startsWith('application/json')) return JSON.parse(text) as Json;
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([key, value]) => [
      key,
      /^[[{]/.test(value) && key !== 'text' ? JSON.parse(value) : value,
    ]),
  );
}
