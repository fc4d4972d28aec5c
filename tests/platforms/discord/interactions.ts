import { randomBytes } from 'node:crypto';
import type { Channel } from './channel.ts';
import type { Message } from './messages.ts';
import type { Choice } from './payloads/commands.ts';
import type { Modal } from './payloads/modal.ts';
import { refusals } from './refusal.ts';
import { nextId } from './snowflake.ts';
import type { User } from './user.ts';

/** Something that a person did and the bot was told of, and what came of it. Times are those of performance.now(). */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly kind: InteractionKind;
  /** The command, or the custom_id of the button, select or modal. */
  readonly name: string;
  readonly user: User;
  readonly channel: Channel;
  /** The message with the button or select; also behind a modal that one of those opened. */
  readonly messageId: string | null;
  readonly dispatchedAt: number;
  acknowledgedAt: number | null;
  /** When the person first saw a final answer: words, choices or a modal. */
  answeredAt: number | null;
  /** The type of the callback that acknowledged it. */
  callbackType: number | null;
  /** What `@original` means. */
  originalId: string | null;
  /** The messages that it made or changed, in order. */
  readonly messageIds: string[];
  modal: Modal | null;
  choices: readonly Choice[] | null;
  /** As the bot was told of it. */
  told: Readonly<Record<string, unknown>>;
}

export type InteractionKind = 'command' | 'autocomplete' | 'button' | 'select' | 'modal';

export const interactionTypes: { readonly [K in InteractionKind]: number } = {
  command: 2,
  button: 3,
  select: 3,
  autocomplete: 4,
  modal: 5,
};

const tokenLastsMs = 15 * 60_000;

/** Every interaction that was dispatched: which token is still good, and for what. */
export class Interactions {
  readonly all: Interaction[] = [];
  readonly #byToken = new Map<string, Interaction>();
  readonly #acknowledgeWithinMs: number;
  readonly #now: () => number;

  constructor(acknowledgeWithinMs: number, now: () => number) {
    this.#acknowledgeWithinMs = acknowledgeWithinMs;
    this.#now = now;
  }

  begin(about: Pick<Interaction, 'kind' | 'name' | 'user' | 'channel' | 'messageId'>): Interaction {
    const interaction: Interaction = {
      ...about,
      id: nextId(),
      token: randomBytes(40).toString('base64url'),
      dispatchedAt: this.#now(),
      acknowledgedAt: null,
      answeredAt: null,
      callbackType: null,
      originalId: null,
      messageIds: [],
      modal: null,
      choices: null,
      told: {},
    };
    this.all.push(interaction);
    this.#byToken.set(interaction.token, interaction);
    return interaction;
  }

  /** For a callback: in time, and the first. */
  toAcknowledge(id: string, token: string): Interaction {
    const found = this.#byToken.get(token);
    if (found === undefined || found.id !== id) throw refusals.unknownInteraction();
    if (found.acknowledgedAt !== null) throw refusals.alreadyAcknowledged();
    if (this.#now() - found.dispatchedAt > this.#acknowledgeWithinMs) throw refusals.unknownInteraction();
    return found;
  }

  acknowledge(interaction: Interaction, callbackType: number): void {
    interaction.acknowledgedAt = this.#now();
    interaction.callbackType = callbackType;
  }

  /** For all that comes after the callback. */
  acknowledged(applicationId: string, token: string, ourApplicationId: string): Interaction {
    const found = this.#byToken.get(token);
    if (found === undefined || applicationId !== ourApplicationId || found.acknowledgedAt === null)
      throw refusals.unknownWebhook();
    if (this.#now() - found.dispatchedAt > tokenLastsMs) throw refusals.expiredToken();
    return found;
  }

  /** The person sees this now, unless it is still loading. */
  showed(interaction: Interaction, { id, loading }: Message): void {
    if (!interaction.messageIds.includes(id)) interaction.messageIds.push(id);
    if (!loading) this.answered(interaction);
  }

  answered(interaction: Interaction): void {
    interaction.answeredAt ??= this.#now();
  }
}
