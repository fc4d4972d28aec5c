import type { RequestBody } from '../../core/language/request.ts';
import { Temporal } from '../../core/values/time.ts';
import { type Meant, readPayload } from './deep-link.ts';
import type { Where } from './names.ts';

/** What a person did, from an update of Telegram's: https://core.telegram.org/bots/api#update */
export type Incoming =
  | (Common & { readonly kind: 'words'; readonly asked: RequestBody; readonly group: string | null })
  /** A photo, a voice message or a location, because the bot reads only text. */
  | (Common & { readonly kind: 'no-words' })
  | (Common & {
      readonly kind: 'press';
      readonly asked: RequestBody;
      readonly callback: string;
      readonly message: Pressed | null;
    })
  | GroupCommand
  | (Pick<Common, 'where'> & { readonly kind: 'moved'; readonly from: string; readonly to: string })
  | (Pick<Common, 'where'> & {
      readonly kind: 'arrived' | 'left';
      readonly by: string;
      readonly locale: string | null;
    });

interface Common {
  /** The same when Telegram sends the update again. */
  readonly id: string;
  readonly account: string;
  readonly locale: string | null;
  readonly at: Temporal.Instant | null;
  readonly where: Where;
  readonly inGroup: boolean;
}

/** A command in a group, where others read it. */
export interface GroupCommand {
  readonly kind: 'group-command';
  readonly id: string;
  /** null: an anonymous administrator, or a channel that posts in the group. */
  readonly account: string | null;
  readonly locale: string | null;
  readonly at: Temporal.Instant;
  readonly where: Where;
  readonly name: string;
  readonly rest: string;
  /** The username of the bot that the command names, if any. */
  readonly addressed: string | null;
  readonly message: number;
}

interface Pressed {
  readonly id: number;
  readonly isText: boolean;
}

interface User {
  readonly id: number;
  readonly is_bot?: boolean;
  readonly language_code?: string;
}

interface Chat {
  readonly id: number;
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
}

interface Message {
  readonly message_id: number;
  /** 0: the message is too old, and Telegram gives no details of it. */
  readonly date: number;
  readonly chat: Chat;
  readonly from?: User;
  readonly sender_chat?: Chat;
  readonly is_topic_message?: boolean;
  readonly message_thread_id?: number;
  readonly text?: string;
  readonly migrate_to_chat_id?: number;
  readonly migrate_from_chat_id?: number;
}

export interface Update {
  readonly update_id: number;
  readonly message?: Message;
  readonly callback_query?: {
    readonly id: string;
    readonly from: User;
    readonly data?: string;
    readonly message?: Message;
  };
  readonly my_chat_member?: {
    readonly chat: Chat;
    readonly from: User;
    readonly new_chat_member: { readonly status: string; readonly is_member?: boolean };
  };
}

/** The types of updates that the bot requests. */
export const allowedUpdates = ['message', 'callback_query', 'my_chat_member'] as const;

/** What people send without text. Any other message without text is a service message of Telegram's. */
const wordless =
  'animation audio contact dice document location photo poll sticker story venue video video_note voice'.split(' ');

/** Null for an update without an answer: people's conversation, a service message, an unknown type. */
export function incomingOf({ message, callback_query: query, my_chat_member: membership }: Update): Incoming | null {
  if (query !== undefined) return pressed(query);
  if (membership !== undefined) return botIs(membership);
  if (message === undefined) return null;
  const where = whereOf(message);
  const { migrate_to_chat_id: to, migrate_from_chat_id: from } = message;
  if (to !== undefined) return { kind: 'moved', where, from: where.chat, to: String(to) };
  if (from !== undefined) return { kind: 'moved', where, from: String(from), to: where.chat };
  return message.chat.type === 'private' ? written(message) : groupCommand(message);
}

const command = /^\/(\w+)(?:@(\w+))?(?:\s+(.*))?$/s;

function written(message: Message): Incoming | null {
  const { from, text } = message;
  if (from === undefined || from.is_bot === true) return null;
  const common = { ...commonOf(message, from), inGroup: false };
  if (text === undefined) return wordless.some((kind) => kind in message) ? { ...common, kind: 'no-words' } : null;
  const [, name, , rest = ''] = command.exec(text.trim()) ?? [];
  if (name === undefined) return { ...common, kind: 'words', asked: { kind: 'text', text }, group: null };
  const meant = name.toLowerCase() === 'start' ? readPayload(rest) : null;
  return { ...common, kind: 'words', asked: askedBy(meant, name, rest), group: groupOf(meant) };
}

/** The parameter of /start is the payload of our deep link, and says what the person wanted. */
function askedBy(meant: Meant | null, name: string, rest: string): RequestBody {
  if (meant?.kind === 'action') return { kind: 'link', token: meant.token };
  if (meant?.kind === 'command') return { kind: 'typed', name: meant.name, rest: '', byLink: true };
  return { kind: 'typed', name, rest: name.toLowerCase() === 'start' ? '' : rest };
}

function groupOf(meant: Meant | null): string | null {
  return meant?.kind === 'command' ? meant.group : null;
}

function groupCommand(message: Message): GroupCommand | null {
  const { from, sender_chat: inTheNameOf, text = '', chat } = message;
  const [, name, addressed = null, rest = ''] = command.exec(text.trim()) ?? [];
  if (name === undefined || chat.type === 'channel') return null;
  const unnamed = inTheNameOf !== undefined || from === undefined;
  if (!unnamed && from.is_bot === true) return null;
  const { id, locale, at, where } = commonOf(message, unnamed ? { id: 0 } : from);
  const account = unnamed ? null : String(from.id);
  return { kind: 'group-command', id, account, locale, at, where, name, rest, addressed, message: message.message_id };
}

function pressed({ id, from, data = '', message }: NonNullable<Update['callback_query']>): Incoming | null {
  if (message === undefined) return null;
  return {
    kind: 'press',
    id: `press ${id}`,
    account: String(from.id),
    locale: from.language_code ?? null,
    at: null,
    where: whereOf(message),
    inGroup: message.chat.type !== 'private',
    asked: { kind: 'action', token: data },
    callback: id,
    message: message.date === 0 ? null : { id: message.message_id, isText: message.text !== undefined },
  };
}

function botIs({ chat, from, new_chat_member: now }: NonNullable<Update['my_chat_member']>): Incoming | null {
  if (chat.type !== 'group' && chat.type !== 'supergroup') return null;
  const isIn = ['administrator', 'member'].includes(now.status) || now.is_member === true;
  const where = { chat: String(chat.id), topic: null };
  return { kind: isIn ? 'arrived' : 'left', where, by: String(from.id), locale: from.language_code ?? null };
}

function commonOf(message: Message, { id: account, language_code: locale }: User) {
  const where = whereOf(message);
  return {
    id: `message ${where.chat} ${message.message_id}`,
    account: String(account),
    locale: locale ?? null,
    at: Temporal.Instant.fromEpochMilliseconds(message.date * 1_000),
    where,
  };
}

/** Ignores the thread ID outside forums, because there it only marks a reply. */
function whereOf({ chat, is_topic_message: inTopic, message_thread_id: topic }: Message): Where {
  return { chat: String(chat.id), topic: inTopic === true ? (topic ?? null) : null };
}
