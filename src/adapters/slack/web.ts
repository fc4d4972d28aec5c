import { type WebAPICallResult, WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackSettings } from './config.ts';
import { NotInstalled, ResponseUrlError } from './failure.ts';
import { slackLogger } from './logger.ts';

/** The timeout of one request. Retries and their duration are the caller's choice. */
const tryMs = 10_000;

/** Gives the token of a workspace; null if it has not installed the bot. */
export interface Tokens {
  of(team: string): Promise<string | null>;
}

/** Retries are ours, because Slack's library would retry for half an hour without knowing what is idempotent. */
export function clientOptions({ apiUrl }: Pick<SlackSettings, 'apiUrl'>): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: tryMs,
    // Disables the library's queue, because it knows no urgency: /sos would wait behind a hundred other answers.
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    logger: slackLogger,
  };
}

/** Slack's Web API, one attempt per call. Answers have their own client, so that they never queue. */
export class Web {
  readonly #client: WebClient;
  readonly #tokens: Tokens;

  constructor(settings: Pick<SlackSettings, 'apiUrl'>, tokens: Tokens) {
    this.#client = new WebClient(undefined, clientOptions(settings));
    this.#tokens = tokens;
  }

  /** @throws what `failureOf` reads; after an abort Slack may still carry out the request */
  async call<T extends object>(team: string, method: string, args: object, signal: AbortSignal): Promise<T> {
    const token = await this.#tokens.of(team);
    if (token === null) throw new NotInstalled('This workspace has not installed the bot');
    const called = this.#client.apiCall(method, { ...args, token });
    return (await unlessAborted(called, signal)) as WebAPICallResult & T;
  }

  /** Answers an interaction at its response_url, which is valid five times within 30 minutes. */
  async respond(url: string, body: object, signal: AbortSignal): Promise<void> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(tryMs)]),
    });
    const said = await response.text();
    const word = /"error":\s*"(\w+)"/.exec(said)?.[1] ?? (/^\w{1,60}$/.test(said) && said !== 'ok' ? said : null);
    if (response.ok && word === null) return;
    throw new ResponseUrlError(
      response.ok ? 400 : response.status,
      Number(response.headers.get('retry-after') ?? 0),
      word ?? 'not_taken',
    );
  }

  /** Uploads a file to the URL that Slack gave for it. */
  async upload(url: string, data: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: data,
      signal: AbortSignal.any([signal, AbortSignal.timeout(tryMs)]),
    });
    if (!response.ok) throw new ResponseUrlError(response.status, 0, 'upload_failed');
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const end = () => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}
