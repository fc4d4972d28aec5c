import { type App, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { HandrailError } from '../../core/values/errors.ts';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { reasonOf, wordOf } from './failure.ts';
import { slackLogger } from './logger.ts';
import { pause } from './retry.ts';
import { clientOptions } from './web.ts';

const connectWithinMs = 15_000;
const letGoWithinMs = 3_000;
/** A connection that ends sooner did not end normally. */
const shortMs = 10_000;

/**
 * Errors that an operator must fix, because a retry cannot:
 * https://docs.slack.dev/reference/methods/apps.connections.open#errors
 */
const refusals = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'no_permission',
  'missing_scope',
  'socket_mode_disabled',
  'access_denied',
];

interface SocketOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Log;
}

/**
 * Keeps a connection to Slack while the bot runs. Bolt's own reconnect is off, because it stops for good with an
 * unhandled rejection if Slack cannot be reached.
 */
export class Sockets implements Receiver {
  readonly #options: SocketOptions;
  readonly #stopping = new AbortController();
  #app: App | null = null;
  #isOpen = false;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  /** Whether a socket is open. */
  get connected(): boolean {
    return this.#isOpen;
  }

  init(app: App): void {
    this.#app = app;
  }

  /** Resolves when stopped. @throws HandrailError('bad-configuration') if Slack will never accept the bot */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    const { log } = this.#options;
    for (let tries = 0; !signal.aborted; tries += 1) {
      const begun = performance.now();
      const error = await this.#connection(signal);
      if (signal.aborted) return;
      if (error === null) {
        log.info('reconnecting', { platform: 'slack' });
        // Slack ends a connection every few hours, and wants a new one at once.
        if (performance.now() - begun > shortMs) tries = 0;
        await pause(tries, signal);
        continue;
      }
      const refused = refusal(error);
      if (refused !== null) throw refused;
      log.warn('slack cannot be reached, and is tried again', { platform: 'slack', reason: reasonOf(error), error });
      await pause(tries, signal);
    }
  }

  /** Does nothing, because the platform calls run(); Bolt's interface requires it. */
  async start(): Promise<void> {}

  stop(): Promise<void> {
    this.#stopping.abort();
    return Promise.resolve();
  }

  /** Runs one connection until it ends. Returns null if it was established, else the error. */
  async #connection(signal: AbortSignal): Promise<unknown> {
    const { appToken, apiUrl, log } = this.#options;
    const receiver = new SocketModeReceiver({
      appToken,
      logger: slackLogger,
      autoReconnectEnabled: false,
      // Makes a new object, because Bolt modifies it.
      installerOptions: { clientOptions: clientOptions({ apiUrl }) },
    });
    if (this.#app !== null) receiver.init(this.#app);
    const { client } = receiver;
    const over = new AbortController();
    const ended = new Promise<null>((resolve) => {
      client.on('disconnected', () => resolve(null));
      signal.addEventListener('abort', () => resolve(null), { once: true, signal: over.signal });
    });
    const begun = receiver.start().then(
      () => 'connected' as const,
      (error: unknown) => ({ error: error ?? new Error('The connection ended before it began') }),
    );
    const first = await withTimeout(connectWithinMs, Promise.race([begun, ended.then(() => begun)]), {
      error: new Error('Slack did not say hello'),
    });
    if (first === 'connected') {
      log.info('connected', { platform: 'slack' });
      this.#isOpen = true;
      await ended;
      this.#isOpen = false;
    }
    over.abort();
    await withTimeout(
      letGoWithinMs,
      client.disconnect().catch(() => {}),
      undefined,
    );
    return first === 'connected' ? null : first.error;
  }
}

function refusal(error: unknown): HandrailError | null {
  const said = wordOf(error);
  if (said === null || !refusals.includes(said)) return null;
  return new HandrailError(
    'bad-configuration',
    `Slack: the token in SLACK_APP_TOKEN (or SLACK_APP_TOKEN_FILE) is not accepted (${said}). It begins with xapp-, needs the scope connections:write, and Socket Mode must be on. See docs/slack.md.`,
    { cause: error },
  );
}
