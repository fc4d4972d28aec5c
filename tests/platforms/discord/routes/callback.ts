import { z } from 'zod';
import type { Discord } from '../discord.ts';
import type { ApiAnswer, ApiRequest, Route } from '../http.ts';
import type { Interaction, InteractionKind } from '../interactions.ts';
import type { Message } from '../messages.ts';
import { choiceList } from '../payloads/commands.ts';
import { messageBody, messageFlags } from '../payloads/message.ts';
import { modal } from '../payloads/modal.ts';
import { parsePayload } from '../payloads/parse.ts';
import { invalidForm, problem, refusals } from '../refusal.ts';
import { messageJson } from '../wire.ts';

/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback-type */
const callback = { message: 4, deferredMessage: 5, deferredUpdate: 6, update: 7, choices: 8, modal: 9 } as const;

const allowed: { readonly [K in InteractionKind]: readonly number[] } = {
  command: [callback.message, callback.deferredMessage, callback.modal],
  button: [callback.message, callback.deferredMessage, callback.deferredUpdate, callback.update, callback.modal],
  select: [callback.message, callback.deferredMessage, callback.deferredUpdate, callback.update, callback.modal],
  autocomplete: [callback.choices],
  modal: [callback.message, callback.deferredMessage, callback.deferredUpdate, callback.update],
};

const body = z.object({ type: z.int(), data: z.unknown().optional() });

/** The first answer to an interaction. */
export function callbackRoute(discord: Discord): Route {
  const { interactions, messages, world } = discord;

  function respond(interaction: Interaction, type: number, data: unknown, request: ApiRequest): Message | null {
    const where = `${request.method} ${request.route}`;
    switch (type) {
      case callback.message: {
        const given = parsePayload(messageBody, data, ['data']);
        const onlyFor = ((given.flags ?? 0) & messageFlags.ephemeral) === 0 ? null : interaction.user;
        const { channel } = interaction;
        return messages.create(where, { channel, author: world.bot, onlyFor, body: given, files: request.files });
      }
      case callback.deferredMessage: {
        const { flags } = parsePayload(z.object({ flags: z.int().nullish() }), data ?? {}, ['data']);
        // Private or not is settled now, whatever the answer will be.
        if (((flags ?? 0) & ~messageFlags.ephemeral) !== 0) {
          throw invalidForm([problem(['data', 'flags'], 'a deferred reply takes EPHEMERAL only')]);
        }
        return messages.createLoading(interaction.channel, world.bot, flags ? interaction.user : null);
      }
      case callback.deferredUpdate:
        return null;
      case callback.update: {
        const before = messages.byId(interaction.messageId ?? '');
        if (before === null) throw refusals.unknownMessage();
        return messages.edit(where, before, parsePayload(messageBody, data, ['data']), request.files);
      }
      case callback.choices:
        interaction.choices = parsePayload(choiceList, data, ['data']).choices;
        return null;
      default:
        interaction.modal = parsePayload(modal, data, ['data']);
        return null;
    }
  }

  function handle(request: ApiRequest): ApiAnswer {
    const { params, query } = request;
    const interaction = interactions.toAcknowledge(params['interaction'] ?? '', params['token'] ?? '');
    const { type, data } = parsePayload(body, request.body);
    const updates = type === callback.deferredUpdate || type === callback.update;
    if (!allowed[interaction.kind].includes(type) || (updates && interaction.messageId === null)) {
      throw invalidForm([problem(['type'], `callback type ${type} does not answer a ${interaction.kind}`)]);
    }
    const message = respond(interaction, type, data, request);
    interactions.acknowledge(interaction, type);
    interaction.originalId = message?.id ?? (updates ? interaction.messageId : null);
    if (message !== null) {
      interactions.showed(interaction, message);
      if (type === callback.message) discord.announceMessage(message);
    } else if (!updates) interactions.answered(interaction);
    if (query.get('with_response') !== 'true') return { status: 204 };
    return {
      status: 200,
      body: {
        interaction: {
          id: interaction.id,
          type: 2,
          response_message_id: message?.id,
          response_message_loading: message?.loading ?? false,
          response_message_ephemeral: message !== null && message.onlyFor !== null,
        },
        resource: { type, ...(message !== null && { message: messageJson(message, world.applicationId) }) },
      },
    };
  }

  return {
    method: 'POST',
    path: '/interactions/:interaction/:token/callback',
    auth: 'token in the address',
    handle,
  };
}
