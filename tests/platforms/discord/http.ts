import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Changes } from '../changes.ts';
import type { Violations } from '../violations.ts';
import { readBody, type UploadedFile } from './body.ts';
import { type Fault, type Faults, rateLimitHeaders } from './faults.ts';
import { problemsBySpec } from './payloads/openapi.ts';
import { isViolation, Refusal, refusals } from './refusal.ts';

export interface ApiRequest {
  readonly method: string;
  /** Such as `/channels/:channel/messages`. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Interactions and their webhooks are authorised by the token in their address, and need no other. */
  readonly auth: 'bot' | 'token in the address';
  handle(request: ApiRequest): ApiAnswer;
}

/** One request that arrived, and what became of it. */
export interface HistoryEntry {
  readonly method: string;
  readonly path: string;
  /** Null: no such route. */
  readonly route: string | null;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  /** On the clock of performance.now(). */
  readonly at: number;
  answeredAt: number | null;
  /** Null while it is not answered, and for ever when the connection was reset. */
  status: number | null;
  /** Discord's own code of a refusal. */
  code: number | null;
  fault: Fault['kind'] | null;
}

interface ApiOptions {
  readonly routes: readonly Route[];
  readonly token: string;
  readonly faults: Faults;
  readonly violations: Violations;
  readonly changes: Changes;
  readonly history: HistoryEntry[];
}

/** The REST side. */
export class Api {
  readonly #options: ApiOptions;
  readonly #routes: readonly { readonly route: Route; readonly pattern: RegExp }[];

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#routes = options.routes.map((route) => ({
      route,
      pattern: new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
    }));
  }

  async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, history, changes } = this.#options;
    const at = performance.now();
    const bytes = await buffer(incoming);
    const { pathname, searchParams: query } = new URL(incoming.url ?? '/', 'http://discord');
    const path = decodeURIComponent(pathname.replace(/^\/v10/, ''));
    const method = incoming.method ?? 'GET';
    const found = this.#find(method, path);
    const fault = faults.next(method, path);
    const entry: HistoryEntry = {
      method,
      path,
      route: found?.route.path ?? null,
      body: undefined,
      files: [],
      at,
      answeredAt: null,
      status: null,
      code: null,
      fault: fault?.kind ?? null,
    };
    history.push(entry);
    const answer = await this.#answer(incoming, bytes, entry, { path: pathname, query, found, fault });
    if (fault?.kind === 'slow') await fault.until;
    entry.answeredAt = performance.now();
    if (answer === null || fault?.kind === 'reset-after') incoming.socket.resetAndDestroy();
    else {
      entry.status = answer.status;
      write(response, answer);
    }
    changes.happened();
  }

  #find(method: string, path: string): { route: Route; params: Record<string, string> } | null {
    for (const { route, pattern } of this.#routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match !== null) return { route, params: { ...match.groups } };
    }
    return null;
  }

  /** Null: the connection is reset before anything was done. */
  async #answer(incoming: IncomingMessage, bytes: Buffer, entry: HistoryEntry, about: About): Promise<Written | null> {
    const { violations, changes } = this.#options;
    const { fault, found } = about;
    const where = `${entry.method} ${entry.route ?? entry.path}`;
    try {
      Object.assign(entry, await readBody(incoming.headers['content-type'] ?? '', bytes));
      if (fault?.kind === 'reset-before') return null;
      if (fault?.kind === 'rate-limit') return { status: 429, body: limited(fault), headers: rateLimitHeaders(fault) };
      if (fault?.kind === 'status')
        throw new Refusal(fault.status, fault.code ?? 0, fault.message ?? 'The loopback server was told to fail');
      if (!about.path.startsWith('/v10/') || found === null) {
        violations.add(where, 'no such route');
        throw refusals.notFound();
      }
      this.#authorise(where, found.route, incoming.headers.authorization);
      if (entry.body !== undefined) {
        for (const each of problemsBySpec(entry.method, entry.path, entry.body)) violations.addProblem(where, each);
      }
      const { body, files, method } = entry;
      const answer = found.route.handle({
        method,
        route: found.route.path,
        params: found.params,
        query: about.query,
        body,
        files,
      });
      return { headers: {}, ...answer };
    } catch (error) {
      if (!(error instanceof Refusal)) {
        violations.add(
          where,
          `the loopback server itself failed: ${String(error instanceof Error ? error.stack : error)}`,
        );
        return { status: 500, body: { message: '500: Internal Server Error', code: 0 }, headers: {} };
      }
      if (isViolation(error) && fault === null) violations.addRefusal(where, error);
      entry.code = error.code;
      return { status: error.status, body: error.body, headers: {} };
    } finally {
      changes.happened();
    }
  }

  #authorise(where: string, { auth }: Route, given: string | undefined): void {
    const { token, violations } = this.#options;
    if (auth === 'token in the address') {
      if (given !== undefined) violations.add(where, 'carries an Authorization header, and needs none');
      return;
    }
    if (given === undefined) violations.add(where, 'has no Authorization header');
    if (given !== `Bot ${token}`) throw refusals.unauthorized();
  }
}

interface About {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly found: { readonly route: Route; readonly params: Record<string, string> } | null;
  readonly fault: Fault | null;
}

interface Written extends ApiAnswer {
  readonly headers: Readonly<Record<string, string>>;
}

function limited({ retryAfterSeconds, scope = 'user' }: Fault & { kind: 'rate-limit' }): unknown {
  return { message: 'You are being rate limited.', retry_after: retryAfterSeconds, global: scope === 'global' };
}

/** Discord's 204 has no body, and no type of one: clients parse what says that it is JSON. */
function write(response: ServerResponse, { status, body, headers }: Written): void {
  if (body === undefined) response.writeHead(status, headers).end();
  else response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
}
