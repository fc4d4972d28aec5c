import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Log } from '../../core/values/log.ts';
import { withTimeout } from '../../core/values/timeout.ts';
import { pathOf, type Webhook } from './config.ts';
import type { Update } from './inbound.ts';
import { doneWithinMs } from './polling.ts';

/** An update holds one message of at most 4,096 characters and the one it replies to: about 100 KB at most. */
const bodyMaxBytes = 1_000_000;

interface WebhookOptions {
  readonly webhook: Webhook;
  /** Resolves when the update is handled: its effect is saved and its answer is sent. */
  readonly heard: (update: Update) => Promise<void>;
  readonly log: Log;
  readonly stopping: AbortSignal;
}

/**
 * Handles Telegram's webhook calls: https://core.telegram.org/bots/api#setwebhook. Responds when the update is handled,
 * because Telegram sends it again until then; at the latest after five seconds.
 */
export function webhookListener({ webhook, heard, log, stopping }: WebhookOptions): RequestListener {
  const path = pathOf(webhook.url);

  /** Returns the HTTP status of the response. */
  async function take(request: IncomingMessage): Promise<number> {
    // Telegram sends the update again after a 503.
    if (stopping.aborted) return 503;
    const named = request.headers['x-telegram-bot-api-secret-token'];
    if (request.method !== 'POST' || request.url !== path || !isSame(named, webhook.secret)) return 403;
    const body = await bodyOf(request);
    if (body === null) return 413;
    const read = jsonIn(body);
    if (read === undefined) return 415;
    if (isUpdate(read)) await withTimeout(doneWithinMs, heard(read), undefined);
    return 200;
  }

  return (request, response) => {
    take(request).then(
      (status) => response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end(),
      (error: unknown) => {
        log.warn('a call of the webhook could not be read', { platform: 'telegram', error });
        response.destroy();
      },
    );
  };
}

function isSame(given: string | readonly string[] | undefined, secret: string): boolean {
  const [one, other] = [Buffer.from(String(given ?? '')), Buffer.from(secret)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The body; null if it is larger than any update, in which case the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > bodyMaxBytes) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyMaxBytes) return null;
    chunks.push(chunk);
  }
  // Decodes the body as a whole, because a multi-byte character may be split between two chunks.
  return Buffer.concat(chunks).toString('utf8');
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isUpdate(read: unknown): read is Update {
  return read instanceof Object && 'update_id' in read && Number.isSafeInteger(read.update_id);
}
