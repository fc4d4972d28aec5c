import type { Changes } from '../changes.ts';
import type { Violations } from '../violations.ts';
import { parseHtml } from './html.ts';
import { type Button, type Chat, type Json, type Message, Refusal, type User } from './world.ts';

/** What one press of a button waits for. */
export interface Callback {
  readonly user: User;
  answer: { readonly text?: string; readonly url?: string } | null;
}

/** What there is on Telegram, and what can be done to it. */
export class Telegram {
  readonly me = { id: 7_000_000_001, is_bot: true, first_name: 'Handrail', username: 'handrail_bot' } as const;
  readonly changes: Changes;
  readonly violations: Violations;
  readonly users: User[] = [];
  readonly chats: Chat[] = [];
  readonly messages: Message[] = [];
  readonly callbacks = new Map<string, Callback>();
  /** By scope and language. */
  readonly commands = new Map<string, readonly Json[]>();
  /** How many changes there were. */
  change = 0;
  #lastId = 1_000;

  constructor(changes: Changes, violations: Violations) {
    this.changes = changes;
    this.violations = violations;
  }

  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  user(name: string, language: string): User {
    const user: User = { id: 5_000_000_000 + this.newId(), name, language, started: false, blocked: false };
    this.users.push(user);
    this.#chat({ id: user.id, type: 'private', title: name, alone: user, forum: false });
    return user;
  }

  group(title: string, { forum = false, type = 'supergroup' }: { forum?: boolean; type?: Chat['type'] } = {}): Chat {
    const id = type === 'group' ? -this.newId() : -(1_001_000_000_000 + this.newId());
    return this.#chat({ id, type, title, alone: null, forum });
  }

  aloneWith(user: User): Chat {
    return this.#the((chat) => chat.alone === user);
  }

  /** Someone writes. */
  written(chat: Chat, author: Message['author'], text: string, topic: number | null): Message {
    return this.#add({ chat, author, topic, kind: 'text', html: text, text, keyboard: [], fileName: null });
  }

  /** @throws Refusal */
  send(kind: Message['kind'], body: Json): Message {
    const chat = this.#writable(body['chat_id']);
    const topic = (body['message_thread_id'] ?? null) as number | null;
    if (topic !== null && !chat.forum) throw new Refusal(400, 'Bad Request: message thread not found');
    const html = (body['text'] ?? body['caption'] ?? '') as string;
    const { name = null } = (body['document'] ?? {}) as { name?: string };
    const shown = { kind, html, text: parseHtml(html).text, keyboard: keyboardOf(body), fileName: name };
    return this.#add({ chat, author: null, topic, ...shown });
  }

  /** @throws Refusal */
  edit(body: Json): Message {
    this.#writable(body['chat_id']);
    const message = this.#message(body, 'Bad Request: message to edit not found');
    if (message.author !== null || message.kind !== 'text')
      throw new Refusal(400, "Bad Request: message can't be edited");
    const [html, keyboard] = [body['text'] as string, keyboardOf(body)];
    if (message.html === html && JSON.stringify(message.keyboard) === JSON.stringify(keyboard))
      throw new Refusal(
        400,
        'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
      );
    Object.assign(message, { html, keyboard, text: parseHtml(html).text });
    this.changed(message);
    return message;
  }

  /** @throws Refusal */
  remove(body: Json): void {
    const message = this.#message(body, 'Bad Request: message to delete not found');
    if (message.author !== null && !message.chat.botDeletes && message.chat.alone === null)
      throw new Refusal(400, "Bad Request: message can't be deleted");
    message.gone = true;
    this.changed(message);
  }

  /** @throws Refusal */
  answerCallback(body: Json): void {
    const callback = this.callbacks.get(String(body['callback_query_id']));
    if (callback === undefined || callback.answer !== null)
      throw new Refusal(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid');
    callback.answer = body;
    this.change += 1;
    this.changes.happened();
  }

  /** @throws Refusal */
  chatMember({ chat_id: chatId, user_id: userId }: Json): Json {
    const chat = this.chatOf(chatId);
    if (!chat.botIsIn) throw new Refusal(403, 'Forbidden: bot was kicked from the supergroup chat');
    if (Number(userId) === this.me.id) return this.#botIn(chat);
    const user = this.users.find(({ id }) => id === Number(userId));
    if (user === undefined) throw new Refusal(400, 'Bad Request: user not found');
    if (chat.hidesMembers) throw new Refusal(400, 'Bad Request: member list is inaccessible');
    const status = chat.statuses.get(user.id) ?? 'left';
    // https://core.telegram.org/bots/api#chatmemberrestricted
    const isMember = status === 'restricted' && { is_member: !chat.restrictedAndGone.has(user.id) };
    return { status, user: asJson(user), ...isMember };
  }

  /** @throws Refusal */
  administrators({ chat_id: chatId }: Json): readonly Json[] {
    const chat = this.chatOf(chatId);
    if (!chat.botIsIn) throw new Refusal(403, 'Forbidden: bot was kicked from the supergroup chat');
    return this.users.flatMap((user) => {
      const status = chat.statuses.get(user.id);
      return status === 'creator' || status === 'administrator' ? [{ status, user: asJson(user) }] : [];
    });
  }

  /** https://core.telegram.org/bots/api#chatfullinfo. @throws Refusal */
  fullInfo({ chat_id: chatId }: Json): Json {
    const chat = this.chatOf(chatId);
    if (chat.alone === null && !chat.botIsIn)
      throw new Refusal(403, 'Forbidden: bot was kicked from the supergroup chat');
    const gifts = { unlimited_gifts: true, limited_gifts: true, unique_gifts: true, premium_subscription: true };
    return {
      ...chatJson(chat),
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types: gifts,
      ...(chat.alone === null && { permissions: { can_send_messages: chat.membersWrite } }),
    };
  }

  changed(message: Message): void {
    this.change += 1;
    message.changed = this.change;
    this.changes.happened();
  }

  /** @throws Refusal */
  chatOf(id: unknown): Chat {
    const chat = this.chats.find((one) => String(one.id) === String(id));
    if (chat === undefined) throw new Refusal(400, 'Bad Request: chat not found');
    if (chat.migratedTo !== null)
      throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        migrate_to_chat_id: chat.migratedTo,
      });
    return chat;
  }

  /** https://core.telegram.org/bots/api#chatmember */
  #botIn({ botAdministers, botWrites }: Chat): Json {
    if (botAdministers) return { status: 'administrator', user: this.me, can_be_edited: false };
    if (botWrites) return { status: 'member', user: this.me };
    return { status: 'restricted', user: this.me, is_member: true, can_send_messages: false, until_date: 0 };
  }

  #writable(id: unknown): Chat {
    const chat = this.chatOf(id);
    if (chat.alone !== null) {
      if (chat.alone.blocked) throw new Refusal(403, 'Forbidden: bot was blocked by the user');
      if (!chat.alone.started) throw new Refusal(403, "Forbidden: bot can't initiate conversation with a user");
      return chat;
    }
    if (!chat.botIsIn) throw new Refusal(403, 'Forbidden: bot was kicked from the supergroup chat');
    if (!chat.botWrites || !(chat.membersWrite || chat.botAdministers))
      throw new Refusal(400, 'Bad Request: not enough rights to send text messages to the chat');
    return chat;
  }

  #message({ chat_id: chatId, message_id: id }: Json, orElse: string): Message {
    const chat = this.chatOf(chatId);
    const found = this.messages.find((one) => one.chat === chat && one.id === id && !one.gone);
    if (found === undefined) throw new Refusal(400, orElse);
    return found;
  }

  #the(is: (chat: Chat) => boolean): Chat {
    const found = this.chats.find(is);
    if (found === undefined) throw new Error('No such chat');
    return found;
  }

  #chat(about: Pick<Chat, 'id' | 'type' | 'title' | 'alone' | 'forum'>): Chat {
    const bot = { botIsIn: false, botDeletes: false, botWrites: true, botAdministers: false };
    const rights = { membersWrite: true, hidesMembers: false, migratedTo: null };
    const chat: Chat = { ...about, ...bot, ...rights, statuses: new Map(), restrictedAndGone: new Set() };
    this.chats.push(chat);
    return chat;
  }

  #add(about: Omit<Message, 'id' | 'gone' | 'changed'>): Message {
    const message: Message = { ...about, id: this.newId(), gone: false, changed: 0 };
    this.messages.push(message);
    this.changed(message);
    return message;
  }
}

function keyboardOf({ reply_markup: markup }: Json): Message['keyboard'] {
  return (markup as { inline_keyboard?: readonly (readonly Button[])[] } | undefined)?.inline_keyboard ?? [];
}

export function asJson(user: User): Json {
  return { id: user.id, is_bot: false, first_name: user.name, language_code: user.language };
}

export function chatJson({ id, type, title, alone, forum }: Chat): Json {
  return alone === null ? { id, type, title, ...(forum && { is_forum: true }) } : { id, type, first_name: title };
}
