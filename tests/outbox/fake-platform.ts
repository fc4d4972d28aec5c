import { toPlainText } from '../../src/core/language/plain-text.ts';
import type { Delivery, Destination, Limits, MessageRef, Receipt } from '../../src/core/platform/platform.ts';
import { unpaced } from '../support/memory-platform.ts';

/** What arrived on the platform, whatever the sender was told. */
export interface Arrived {
  readonly kind: Delivery['kind'];
  readonly id: string;
  readonly to: Destination | null;
  readonly text: string;
}

type Answer = (delivery: Delivery, arrive: () => Receipt, signal: AbortSignal) => Receipt | Promise<Receipt>;

/** A platform that counts what arrives by itself, and answers as it is told. */
export class FakePlatform {
  readonly name: string;
  readonly limits: Limits;
  readonly arrived: Arrived[] = [];
  readonly #answers: Answer[] = [];
  readonly #known = new Map<string, MessageRef>();

  /** `asksAgainMs`: more than 0 for a platform that takes the same id once. */
  constructor(name: string, limits: Partial<Limits> = {}) {
    this.name = name;
    this.limits = { ...unpaced, ...limits };
  }

  /** How the next delivery is answered; after that as usual again. */
  next(...answers: readonly Answer[]): void {
    this.#answers.push(...answers);
  }

  readonly deliver = async (delivery: Delivery, signal: AbortSignal): Promise<Receipt> => {
    const answer = this.#answers.shift();
    const arrive = () => this.#arrive(delivery);
    return answer === undefined ? arrive() : answer(delivery, arrive, signal);
  };

  /** The posts that were made, without those that were only asked about again. */
  get posts(): readonly Arrived[] {
    return this.arrived.filter(({ kind }) => kind === 'post');
  }

  #arrive(delivery: Delivery): Receipt {
    const { kind, id } = delivery;
    const known = this.#known.get(id);
    if (kind === 'post' && known !== undefined && this.limits.asksAgainMs > 0) return this.#sent(known);
    const text = 'view' in delivery ? toPlainText(delivery.view) : kind === 'thread' ? delivery.name : '';
    this.arrived.push({ kind, id, to: kind === 'post' ? delivery.to : null, text });
    const message = ('message' in delivery ? delivery.message : `message-${this.arrived.length}`) as MessageRef;
    this.#known.set(id, message);
    const thread = kind === 'thread' ? ({ kind: 'thread', channel: 'general', thread: message } as const) : null;
    return this.#sent(message, thread);
  }

  #sent(message: MessageRef, thread: (Receipt & { kind: 'sent' })['thread'] = null): Receipt {
    return { kind: 'sent', message, thread };
  }
}

// Answers, by what happens.

/** It arrived, and the answer was lost. */
export const lostAfter: Answer = (_, arrive) => {
  arrive();
  return { kind: 'uncertain' };
};

/** It did not arrive, and nobody knows. */
export const lostBefore: Answer = () => ({ kind: 'uncertain' });

export const refused =
  (reason: (Receipt & { kind: 'refused' })['reason']): Answer =>
  () => ({ kind: 'refused', reason });

export const askedToWait =
  (waitMs: number, limited: 'bot' | 'place' | null = 'place'): Answer =>
  () => ({ kind: 'retry-after', waitMs, limited });

/** It arrives when `until` resolves, whatever the signal says. */
export const slow =
  (until: Promise<unknown>): Answer =>
  async (_, arrive) => {
    await until;
    return arrive();
  };
