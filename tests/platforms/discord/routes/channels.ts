import { z } from 'zod';
import type { Channel } from '../channel.ts';
import type { Discord } from '../discord.ts';
import type { ApiRequest, Route } from '../http.ts';
import type { Message } from '../messages.ts';
import { words } from '../payloads/components.ts';
import { messageBody } from '../payloads/message.ts';
import { parsePayload } from '../payloads/parse.ts';
import { refusals } from '../refusal.ts';
import { channelJson, messageJson } from '../wire.ts';

const recipient = z.object({ recipient_id: z.string() });
const thread = z.object({ name: words(100), auto_archive_duration: z.literal([60, 1440, 4320, 10_080]).nullish() });

/** Messages in channels, threads and DMs. */
export function channelRoutes(discord: Discord): readonly Route[] {
  const { messages, world } = discord;
  const auth = 'bot';

  function channelOf({ params }: ApiRequest): Channel {
    const channel = world.channelById(params['channel'] ?? '');
    if (channel === undefined) throw refusals.unknownChannel();
    if (channel.guild?.joined === false || !channel.botMayView) throw refusals.missingAccess();
    return channel;
  }

  function writable(request: ApiRequest): Channel {
    const channel = channelOf(request);
    if (channel.recipient?.dmsClosed === true) throw refusals.closedDms();
    if (!channel.botMayWrite) throw refusals.missingPermissions();
    return channel;
  }

  /** Ephemeral messages are reached through their interaction only. */
  function messageOf(request: ApiRequest): Message {
    const message = messages.find(channelOf(request).id, request.params['message'] ?? '');
    if (message.onlyFor !== null) throw refusals.unknownMessage();
    return message;
  }

  function ownMessageOf(request: ApiRequest): Message {
    const message = messageOf(request);
    if (message.author !== world.bot) throw refusals.notYours();
    return message;
  }

  const shown = (message: Message) => ({ status: 200, body: messageJson(message, world.applicationId) });
  const shownChannel = (channel: Channel, status = 200) => ({ status, body: channelJson(channel, world.bot) });
  const where = ({ method, route }: ApiRequest) => `${method} ${route}`;

  return [
    {
      method: 'POST',
      path: '/users/@me/channels',
      auth,
      handle(request) {
        const user = world.userById(parsePayload(recipient, request.body).recipient_id);
        if (user === undefined) throw refusals.unknownUser();
        return shownChannel(world.dm(user));
      },
    },
    { method: 'GET', path: '/channels/:channel', auth, handle: (request) => shownChannel(channelOf(request)) },
    {
      method: 'POST',
      path: '/channels/:channel/messages',
      auth,
      handle(request) {
        const channel = writable(request);
        const { files } = request;
        const body = parsePayload(messageBody, request.body);
        const message = messages.create(where(request), { channel, author: world.bot, body, files });
        discord.announceMessage(message);
        return shown(message);
      },
    },
    {
      method: 'GET',
      path: '/channels/:channel/messages/:message',
      auth,
      handle: (request) => shown(messageOf(request)),
    },
    {
      method: 'PATCH',
      path: '/channels/:channel/messages/:message',
      auth,
      handle(request) {
        const body = parsePayload(messageBody, request.body);
        return shown(messages.edit(where(request), ownMessageOf(request), body, request.files));
      },
    },
    {
      method: 'DELETE',
      path: '/channels/:channel/messages/:message',
      auth,
      handle(request) {
        messages.remove(ownMessageOf(request));
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: '/channels/:channel/messages/:message/threads',
      auth,
      handle(request) {
        const channel = writable(request);
        const { id } = messageOf(request);
        const { name } = parsePayload(thread, request.body);
        // A thread on a message has the message's id.
        if (world.channelById(id) !== undefined) throw refusals.threadExists();
        if (channel.guild === null) throw refusals.unknownChannel();
        return shownChannel(channel.guild.thread(channel, name, id), 201);
      },
    },
  ];
}
