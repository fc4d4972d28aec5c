import {
  type APIInteraction,
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  MessageFlags,
  type RawFile,
  type REST,
  Routes,
} from 'discord.js';
import type { Lifetime } from '../../core/adapter-kit/lifetime.ts';
import { failureOf } from './failure.ts';
import type { Message } from './render.ts';
import { retry } from './retry.ts';

/** Discord waits 3 s for the first response to an interaction. */
const acknowledgeWithinMs = 2_800;
const acknowledgeTryMs = 1_000;

/** An interaction token is valid for 15 minutes, but nobody waits that long for an answer. */
const showWithinMs = 60_000;
const showTryMs = 10_000;

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const codes = { alreadyAcknowledged: 40_060, unknownMessage: 10_008 } as const;

/** The answer to one interaction. Discord fixes its privacy at the first response. */
export class Reply {
  readonly #rest: REST;
  readonly #interaction: Pick<APIInteraction, 'id' | 'token' | 'application_id'>;
  readonly #deadline: Lifetime['deadline'];

  /** Starts on arrival, because Discord's 3 s do not wait for our work. */
  readonly #acknowledgeBy = AbortSignal.timeout(acknowledgeWithinMs);

  #onlyAdds = false;

  constructor(
    rest: REST,
    interaction: Pick<APIInteraction, 'id' | 'token' | 'application_id'>,
    deadline: Lifetime['deadline'],
  ) {
    this.#deadline = deadline;
    this.#rest = rest;
    this.#interaction = interaction;
  }

  /** True when no deferred reply is left to fill: anything more must be a follow-up message. */
  get onlyAdds(): boolean {
    return this.#onlyAdds;
  }

  /** Defers the reply: shows "thinking…" to everyone, or to this person alone. */
  putOff(alone: boolean): Promise<void> {
    return this.#acknowledge({
      type: InteractionResponseType.DeferredChannelMessageWithSource,
      data: { flags: alone ? MessageFlags.Ephemeral : 0 },
    });
  }

  /** Defers an update of the message with the button, which shows nothing by itself. */
  async putOffChange(): Promise<void> {
    await this.#acknowledge({ type: InteractionResponseType.DeferredMessageUpdate });
    this.#onlyAdds = true;
  }

  openModal(data: APIModalInteractionResponseCallbackData): Promise<void> {
    return this.#acknowledge({ type: InteractionResponseType.Modal, data });
  }

  suggest(choices: readonly { name: string; value: string }[]): Promise<void> {
    return this.#acknowledge({ type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } });
  }

  /** Answers at once, without a deferred reply. */
  async say([first, ...others]: readonly [Message, ...Message[]], alone: boolean): Promise<void> {
    const { body, files } = flagged(first, alone);
    await this.#acknowledge({ type: InteractionResponseType.ChannelMessageWithSource, data: body }, files);
    this.#onlyAdds = true;
    await this.add(others, alone);
  }

  /** Replaces the deferred reply, or the message with the button. */
  async show([first, ...others]: readonly [Message, ...Message[]], alone: boolean): Promise<void> {
    await this.#retry((signal) => {
      const { body, files } = first;
      return this.#rest.patch(this.#route('@original'), { body, files: [...files], auth: false, signal });
    });
    this.#onlyAdds = true;
    await this.add(others, alone);
  }

  /**
   * Adds follow-up messages. Sends one again if its arrival is uncertain, because Discord takes no nonce here and a
   * duplicate does less harm than a missing message.
   */
  async add(messages: readonly Message[], alone: boolean): Promise<void> {
    for (const message of messages) {
      const { body, files } = flagged(message, alone);
      // In sequence, because they are read in this order.
      await this.#retry((signal) => this.#rest.post(this.#route(), { body, files: [...files], auth: false, signal }));
    }
  }

  /** Deletes the deferred reply, so that nothing is shown or the next message can be private. */
  async takeBack(): Promise<void> {
    try {
      await this.#retry((signal) => this.#rest.delete(this.#route('@original'), { auth: false, signal }));
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'refused' || failure.code !== codes.unknownMessage) throw error;
    }
    this.#onlyAdds = true;
  }

  /**
   * Retries while the arrival is uncertain, because Discord reports a second acknowledgement with its own error code.
   * If it stays uncertain, the next request will tell.
   * @throws if Discord refused it or was never reached
   */
  async #acknowledge(body: object, files: readonly RawFile[] = []): Promise<void> {
    const { id, token } = this.#interaction;
    const route = Routes.interactionCallback(id, token);
    try {
      await retry(
        this.#acknowledgeBy,
        (signal) => this.#rest.post(route, { body, files: [...files], auth: false, signal }),
        { tryMs: acknowledgeTryMs },
      );
    } catch (error) {
      const failure = failureOf(error);
      const done = failure.kind === 'refused' && failure.code === codes.alreadyAcknowledged;
      if (!done && failure.kind !== 'uncertain') throw error;
    }
  }

  async #retry(attempt: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    await retry(this.#deadline(showWithinMs), attempt, { tryMs: showTryMs });
  }

  #route(message?: '@original') {
    const { application_id: application, token } = this.#interaction;
    return message === undefined
      ? Routes.webhook(application, token)
      : Routes.webhookMessage(application, token, message);
  }
}

function flagged({ body, files }: Message, alone: boolean): Message {
  return { body: { ...body, flags: body.flags | (alone ? MessageFlags.Ephemeral : 0) }, files };
}
