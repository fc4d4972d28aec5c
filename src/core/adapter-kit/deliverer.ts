import type { SharedPlace } from '../language/request.ts';
import type { View } from '../language/view.ts';
import type { Delivery, DeliveryRefusal, Destination, MessageRef, Platform } from '../platform/platform.ts';
import { assertNever } from '../values/errors.ts';
import { isLate } from './deadline.ts';
import { type Failure, KnownFailure } from './failure.ts';
import { receiptOf } from './receipt.ts';
import type { FinishStarted } from './retry.ts';

/**
 * How a platform handles one part of a message. `Where`: a place; `Part`: what one request can send; `Sent`: its
 * reference to a sent part. Each method throws what `failureOf` reads: 'unsent' if nothing can have been sent.
 */
export interface Posting<Where, Part, Sent> {
  placeOf(to: Destination, signal: AbortSignal): Promise<Where>;
  render(view: View): readonly Part[];
  /** `key`: the same for each retry of a part, for platforms with an idempotency key. */
  post(where: Where, part: Part, key: PartKey, signal: AbortSignal): Promise<Sent>;
  /** Edits a sent part. null: the platform cannot. */
  edit(where: Where, sent: Sent, part: Part, signal: AbortSignal): Promise<Sent | null>;
  /** Succeeds if the part is gone already. */
  remove(where: Where, sent: Sent, signal: AbortSignal): Promise<void>;
  /**
   * Opens a thread on a message. Succeeds if it is open already. Returns the place in which its messages are posted.
   */
  thread(where: Where, sent: Sent, name: string, signal: AbortSignal): Promise<SharedPlace>;
  writeRef(where: Where, parts: readonly Sent[]): MessageRef;
  readRef(ref: MessageRef): { readonly where: Where; readonly parts: readonly Sent[] };
}

/** The message, and the place inside the thread that was opened. */
interface Done {
  readonly message: MessageRef;
  readonly thread: SharedPlace | null;
}

interface PartKey {
  readonly id: string;
  readonly index: number;
}

/** How to read the platform's failures. */
interface Failures<Refusal extends object> {
  failureOf(error: unknown): Failure<Refusal>;
  refusalOf(refusal: Extract<Failure<Refusal>, { kind: 'refused' }>): DeliveryRefusal;
  readonly finishStarted: FinishStarted;
}

/** Sends messages part by part: it finishes a started message, and reports what is uncertain. */
export class Deliverer<Where, Part, Sent, Refusal extends object = object> {
  readonly #posting: Posting<Where, Part, Sent>;
  readonly #failures: Failures<Refusal>;

  constructor(posting: Posting<Where, Part, Sent>, failures: Failures<Refusal>) {
    this.#posting = posting;
    this.#failures = failures;
  }

  /** A post is never resent automatically; changes may be, because they are idempotent. @throws a bug */
  readonly deliver: Platform['deliver'] = async (delivery, signal) => {
    try {
      return { kind: 'sent', ...(await this.#done(delivery, signal)) };
    } catch (error) {
      const { failureOf, refusalOf } = this.#failures;
      const rules = { error, idempotent: delivery.kind !== 'post', refusalOf };
      return receiptOf(failureOf(error), rules);
    }
  };

  /** `begun`: whether a part was sent already. @throws what `failureOf` reads */
  async post(
    where: Where,
    parts: readonly Part[],
    id: string,
    signal: AbortSignal,
    begun = false,
  ): Promise<readonly Sent[]> {
    const sent: Sent[] = [];
    for (const [index, part] of parts.entries()) {
      if (index === 0 && !begun && isLate(signal)) throw new KnownFailure('unsent', signal.reason);
      const once = () => this.#posting.post(where, part, { id, index }, signal);
      sent.push(await (begun || index > 0 ? this.#failures.finishStarted(once, signal) : once()));
    }
    return sent;
  }

  /**
   * Edits the sent parts into `parts`, deletes surplus parts and adds missing ones. From the first part that cannot be
   * edited, all are sent again, because their order matters. @throws what `failureOf` reads
   */
  async change(
    where: Where,
    before: readonly Sent[],
    parts: readonly Part[],
    id: string,
    signal: AbortSignal,
  ): Promise<readonly Sent[]> {
    const kept: Sent[] = [];
    for (const [i, sent] of before.entries()) {
      const part = parts[i];
      const changed =
        part === undefined || kept.length < i ? null : await this.#posting.edit(where, sent, part, signal);
      if (changed === null) await this.#posting.remove(where, sent, signal);
      else kept.push(changed);
    }
    return [...kept, ...(await this.post(where, parts.slice(kept.length), id, signal, true))];
  }

  async #done(delivery: Delivery, signal: AbortSignal): Promise<Done> {
    const { placeOf, render, readRef, writeRef, remove, thread } = this.#posting;
    switch (delivery.kind) {
      case 'post': {
        const { id, to, view } = delivery;
        const where = await placeOf(to, signal).catch((error: unknown) => nothingSent(this.#failures, error));
        return { message: writeRef(where, await this.post(where, render(view), id, signal)), thread: null };
      }
      case 'edit': {
        const { where, parts } = readRef(delivery.message);
        const changed = await this.change(where, parts, render(delivery.view), delivery.id, signal);
        return { message: writeRef(where, changed), thread: null };
      }
      case 'remove': {
        const { where, parts } = readRef(delivery.message);
        for (const part of parts) await remove(where, part, signal);
        return { message: delivery.message, thread: null };
      }
      case 'thread': {
        const { where, parts } = readRef(delivery.message);
        const [first] = parts;
        if (first === undefined) throw new Error('A message has no part');
        return { message: delivery.message, thread: await thread(where, first, delivery.name, signal) };
      }
      default:
        return assertNever(delivery);
    }
  }
}

/** An uncertain failure before the first part means 'unsent', because nothing of the delivery was sent. */
export function nothingSent(failures: Pick<Failures<object>, 'failureOf'>, error: unknown): never {
  throw failures.failureOf(error).kind === 'uncertain' ? new KnownFailure('unsent', error) : error;
}
