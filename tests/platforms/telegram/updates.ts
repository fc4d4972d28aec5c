import type { Changes } from '../changes.ts';
import { type Json, Refusal } from './world.ts';

/** Something that the bot is told of. */
export interface Delivery {
  readonly update: Json & { readonly update_id: number };
  readonly dispatchedAt: number;
  /** Polling: when a poll brought it for the first time. */
  heardAt: number | null;
  /** Polling: when the next request confirmed it. A webhook: when it was answered with 200. */
  acknowledgedAt: number | null;
  /** When the first of its answer could be seen. */
  answeredAt: number | null;
  /** A webhook only: what it was answered with last. */
  status: number | null;
}

interface Webhook {
  readonly url: string;
  readonly secret: string | null;
}

const longestBatch = 100;

/** How the bot is told of things: it asks and waits, or is called. */
export class Updates {
  readonly all: Delivery[] = [];
  /** Those that are told until they are confirmed. */
  #pending: Delivery[] = [];
  readonly #changes: Changes;
  #nextId = 100;
  #waiting: { readonly answer: () => void; readonly conflict: () => void } | null = null;
  #webhook: Webhook | null = null;
  polls = 0;
  /** Where the webhook's address leads: on loopback there is no https. null: nobody is there. */
  webhookLeadsTo: string | null = null;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  get webhook(): Webhook | null {
    return this.#webhook;
  }

  /** Is a poller waiting, or is there a webhook? */
  get connected(): boolean {
    return this.#waiting !== null || this.#webhook !== null;
  }

  tell(what: Json): Delivery {
    const update = { update_id: this.#nextId++, ...what };
    const delivery: Delivery = {
      update,
      dispatchedAt: performance.now(),
      heardAt: null,
      acknowledgedAt: null,
      answeredAt: null,
      status: null,
    };
    this.all.push(delivery);
    this.#pending.push(delivery);
    if (this.#webhook !== null) void this.#call(delivery, this.#webhook);
    else this.#waiting?.answer();
    return delivery;
  }

  /** Tells of it once more, as when it was not acknowledged. */
  async tellAgain(delivery: Delivery): Promise<void> {
    if (this.#webhook === null) throw new Error('Who polls asks again by itself');
    await this.#call(delivery, this.#webhook);
  }

  /** Whatever was asked before ends with a conflict. */
  conflict(): void {
    this.#waiting?.conflict();
  }

  /** @throws Refusal where two poll, or there is a webhook */
  poll({ offset = 0, timeout = 0, limit = longestBatch }: Json, gone: AbortSignal): Promise<readonly Json[]> {
    if (this.#webhook !== null) throw new Refusal(409, "Conflict: can't use getUpdates method while webhook is active");
    this.polls += 1;
    this.#confirm(offset as number);
    this.conflict();
    const pending = () =>
      this.#pending.slice(0, limit as number).map((delivery) => {
        delivery.heardAt ??= performance.now();
        return delivery.update;
      });
    if (this.#pending.length > 0 || timeout === 0) return Promise.resolve(pending());
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => () => {
        clearTimeout(timer);
        if (this.#waiting === waiting) this.#waiting = null;
        how();
        this.#changes.happened();
      };
      const waiting = {
        answer: settle(() => resolve(pending())),
        conflict: settle(() =>
          reject(
            new Refusal(
              409,
              'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
            ),
          ),
        ),
      };
      const timer = setTimeout(waiting.answer, (timeout as number) * 1_000);
      gone.addEventListener(
        'abort',
        settle(() => resolve([])),
      );
      this.#waiting = waiting;
      this.#changes.happened();
    });
  }

  /** @throws Refusal where it is none that Telegram would call */
  setWebhook({ url, secret_token: secret = null }: Json): void {
    if (!String(url).startsWith('https://'))
      throw new Refusal(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook');
    if (secret !== null && !/^[\w-]{1,256}$/.test(secret as string))
      throw new Refusal(400, 'Bad Request: secret token contains unallowed characters');
    this.#webhook = { url: url as string, secret: secret as string | null };
    for (const delivery of this.#pending) void this.#call(delivery, this.#webhook);
    this.#changes.happened();
  }

  deleteWebhook(): void {
    this.#webhook = null;
  }

  /** As after a week without news: https://core.telegram.org/bots/api#update */
  goOnFrom(id: number): void {
    this.#nextId = id;
  }

  /** What was confirmed is not kept: for long runs. */
  forget(): void {
    this.all.length = 0;
  }

  #confirm(offset: number): void {
    const now = performance.now();
    for (const delivery of this.#pending) if (delivery.update.update_id < offset) delivery.acknowledgedAt ??= now;
    this.#forgetConfirmed();
    this.#changes.happened();
  }

  #forgetConfirmed(): void {
    this.#pending = this.#pending.filter(({ acknowledgedAt }) => acknowledgedAt === null);
  }

  async #call(delivery: Delivery, { url, secret }: Webhook): Promise<void> {
    if (this.webhookLeadsTo === null) return;
    const target = `${this.webhookLeadsTo}${new URL(url).pathname}`;
    const headers = {
      'content-type': 'application/json',
      ...(secret !== null && { 'x-telegram-bot-api-secret-token': secret }),
    };
    try {
      const response = await fetch(target, { method: 'POST', headers, body: JSON.stringify(delivery.update) });
      await response.arrayBuffer();
      delivery.status = response.status;
      if (response.ok) delivery.acknowledgedAt ??= performance.now();
      this.#forgetConfirmed();
    } catch {
      // The bot is away: a person sees that nothing comes.
    }
    this.#changes.happened();
  }
}
