import type { Discord } from '../discord.ts';
import type { ApiRequest, Route } from '../http.ts';
import type { Interaction } from '../interactions.ts';
import type { Message } from '../messages.ts';
import { type MessageBody, messageBody, messageFlags } from '../payloads/message.ts';
import { parsePayload } from '../payloads/parse.ts';
import { refusals } from '../refusal.ts';
import { messageJson } from '../wire.ts';

const messagePath = '/webhooks/:application/:token/messages/:message';

/** What an interaction's token is good for after the callback: https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages */
export function webhookRoutes(discord: Discord): readonly Route[] {
  const { interactions, messages, world } = discord;
  const auth = 'token in the address';

  function interactionOf({ params }: ApiRequest): Interaction {
    return interactions.acknowledged(params['application'] ?? '', params['token'] ?? '', world.applicationId);
  }

  function named(request: ApiRequest): { interaction: Interaction; message: Message } {
    const interaction = interactionOf(request);
    const given = request.params['message'] ?? '';
    const id = given === '@original' ? interaction.originalId : given;
    const message = messages.byId(id ?? '');
    const ours =
      message !== null && (message.id === interaction.originalId || interaction.messageIds.includes(message.id));
    if (!ours) throw refusals.unknownMessage();
    return { interaction, message };
  }

  function edited(request: ApiRequest, interaction: Interaction, before: Message, body: MessageBody): Message {
    const after = messages.edit(`${request.method} ${request.route}`, before, body, request.files);
    interactions.showed(interaction, after);
    if (before.loading) discord.announceMessage(after);
    return after;
  }

  function followUp(request: ApiRequest): Message {
    const interaction = interactionOf(request);
    const body = parsePayload(messageBody, request.body);
    const original = messages.byId(interaction.originalId ?? '');
    const ephemeral = ((body.flags ?? 0) & messageFlags.ephemeral) !== 0;
    if (original?.loading === true) {
      // Straight after a deferred reply it is that reply, and as private as the deferral said.
      return edited(request, interaction, original, { ...body, flags: (body.flags ?? 0) & ~messageFlags.ephemeral });
    }
    const where = `${request.method} ${request.route}`;
    const onlyFor = ephemeral ? interaction.user : null;
    const { channel } = interaction;
    const message = messages.create(where, { channel, author: world.bot, onlyFor, body, files: request.files });
    interactions.showed(interaction, message);
    discord.announceMessage(message);
    return message;
  }

  const shown = (message: Message) => ({ status: 200, body: messageJson(message, world.applicationId) });

  return [
    { method: 'POST', path: '/webhooks/:application/:token', auth, handle: (request) => shown(followUp(request)) },
    { method: 'GET', path: messagePath, auth, handle: (request) => shown(named(request).message) },
    {
      method: 'PATCH',
      path: messagePath,
      auth,
      handle(request) {
        const { interaction, message } = named(request);
        return shown(edited(request, interaction, message, parsePayload(messageBody, request.body)));
      },
    },
    {
      method: 'DELETE',
      path: messagePath,
      auth,
      handle(request) {
        messages.remove(named(request).message);
        return { status: 204 };
      },
    },
  ];
}
