import type { View } from '../language/view.ts';
import type { Delivery, DeliveryRefusal, Destination, MessageRef, Platform } from '../platform/platform.ts';
import type { Clock } from '../values/clock.ts';
import { assertNever } from '../values/errors.ts';
import { type Failure, KnownFailure } from './failure.ts';
import { receiptOf } from './receipt.ts';
import type { FinishStarted } from './retry.ts';

/**
 * What a platform does with one part of a message. `Where`: a place in it; `Part`: what it can be sent at once; `Sent`:
 * what it calls a part that is there. Each throws what `failureOf` reads; where nothing of it can be there yet, that is
 * 'unsent'.
 */
export interface Posting<Where, Part, Sent> {
  placeOf(to: Destination, signal: AbortSignal): Promise<Where>;
  render(view: View): readonly Part[];
  /** `key`: the same at each try of the same part, where the platform takes that into account. */
  post(where: Where, part: Part, key: PartKey, signal: AbortSignal): Promise<Sent>;
  /** Makes another part of one that is there. null: the platform cannot. */
  edit(where: Where, sent: Sent, part: Part, signal: AbortSignal): Promise<Sent | null>;
  /** What is gone already is gone. */
  remove(where: Where, sent: Sent, signal: AbortSignal): Promise<void>;
  /** Opens a thread on a message. One that is open is open. */
  thread(where: Where, sent: Sent, name: string, signal: AbortSignal): Promise<void>;
  writeRef(where: Where, parts: readonly Sent[]): MessageRef;
  readRef(ref: MessageRef): { readonly where: Where; readonly parts: readonly Sent[] };
}

interface PartKey {
  readonly id: string;
  readonly index: number;
}

/** How the platform's failures are read. */
interface Failures<Refusal extends object> {
  failureOf(error: unknown): Failure<Refusal>;
  refusalOf(refusal: Extract<Failure<Refusal>, { kind: 'refused' }>): DeliveryRefusal;
  readonly finishStarted: FinishStarted;
}

/** Sends messages part by part: what is begun is ended, and what nobody can know is said to be uncertain. */
export class Deliverer<Where, Part, Sent, Refusal extends object = object> {
  readonly #posting: Posting<Where, Part, Sent>;
  readonly #failures: Failures<Refusal>;
  readonly #clock: Clock;

  constructor(posting: Posting<Where, Part, Sent>, failures: Failures<Refusal>, clock: Clock) {
    this.#posting = posting;
    this.#failures = failures;
    this.#clock = clock;
  }

  /** A post is never asked for twice by itself; changes may be, without harm. @throws a bug */
  readonly deliver: Platform['deliver'] = async (delivery, signal) => {
    try {
      return { kind: 'sent', message: await this.#done(delivery, signal) };
    } catch (error) {
      const { failureOf, refusalOf } = this.#failures;
      const rules = { error, idempotent: delivery.kind !== 'post', refusalOf };
      return receiptOf(failureOf(error), rules, this.#clock.now());
    }
  };

  /** `begun`: a part of it is done already. @throws what `failureOf` reads */
  async post(
    where: Where,
    parts: readonly Part[],
    id: string,
    signal: AbortSignal,
    begun = false,
  ): Promise<readonly Sent[]> {
    const sent: Sent[] = [];
    for (const [index, part] of parts.entries()) {
      const once = () => this.#posting.post(where, part, { id, index }, signal);
      sent.push(await (begun || index > 0 ? this.#failures.finishStarted(once, signal) : once()));
    }
    return sent;
  }

  /**
   * Makes these parts of those that are there. From the first that cannot be changed on, all are sent anew, since they are
   * read in their order. @throws what `failureOf` reads
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

  async #done(delivery: Delivery, signal: AbortSignal): Promise<MessageRef> {
    const { placeOf, render, readRef, writeRef, remove, thread } = this.#posting;
    switch (delivery.kind) {
      case 'post': {
        const { id, to, view } = delivery;
        const where = await placeOf(to, signal).catch((error: unknown) => nothingSent(this.#failures, error));
        return writeRef(where, await this.post(where, render(view), id, signal));
      }
      case 'edit': {
        const { where, parts } = readRef(delivery.message);
        return writeRef(where, await this.change(where, parts, render(delivery.view), delivery.id, signal));
      }
      case 'remove': {
        const { where, parts } = readRef(delivery.message);
        for (const part of parts) await remove(where, part, signal);
        return delivery.message;
      }
      case 'thread': {
        const { where, parts } = readRef(delivery.message);
        const [first] = parts;
        if (first !== undefined) await thread(where, first, delivery.name, signal);
        return delivery.message;
      }
      default:
        return assertNever(delivery);
    }
  }
}

/** Before the first word of it is sent, nothing of a delivery can be there. */
export function nothingSent(failures: Pick<Failures<object>, 'failureOf'>, error: unknown): never {
  throw failures.failureOf(error).kind === 'uncertain' ? new KnownFailure('unsent', error) : error;
}
