import { type WebAPICallResult, WebClient, type WebClientOptions } from '@slack/web-api';
import type { SlackSettings } from './config.ts';
import { NotInstalled, ResponseUrlError } from './failure.ts';
import { slackLogger } from './logger.ts';

/** One request may take this long. What is tried again, and for how long, is the caller's. */
const tryMs = 10_000;

/** Which token speaks for a workspace; null where it is not installed. */
export interface Tokens {
  of(team: string): Promise<string | null>;
}

/** Tries are ours: Slack's library would send again for half an hour, without knowing what may arrive twice. */
export function clientOptions({ apiUrl }: Pick<SlackSettings, 'apiUrl'>): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: tryMs,
    // The library's own queue knows no urgency: /sos would wait in it behind a hundred other answers.
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    logger: slackLogger,
  };
}

/** Slack's Web API, one request at a time. Whoever waits for an answer has one of their own, and stands in no line. */
export class Web {
  readonly #client: WebClient;
  readonly #tokens: Tokens;

  constructor(settings: Pick<SlackSettings, 'apiUrl'>, tokens: Tokens) {
    this.#client = new WebClient(undefined, clientOptions(settings));
    this.#tokens = tokens;
  }

  /** @throws what `failureOf` reads; where `signal` comes first the request itself may still be done */
  async call<T extends object>(team: string, method: string, args: object, signal: AbortSignal): Promise<T> {
    const token = await this.#tokens.of(team);
    if (token === null) throw new NotInstalled('This workspace has not installed the bot');
    const called = this.#client.apiCall(method, { ...args, token });
    return (await unlessAborted(called, signal)) as WebAPICallResult & T;
  }

  /** Answers an interaction at the address that came with it: five times, for 30 minutes. */
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

  /** Puts a file where Slack said that it is to go. */
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
