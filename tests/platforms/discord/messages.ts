import type { Violations } from '../violations.ts';
import type { UploadedFile } from './body.ts';
import type { Channel } from './channel.ts';
import {
  type Attachment,
  type Contents,
  isEmpty,
  type MessageBody,
  mayPing,
  messageFlags,
  problemsOf,
} from './payloads/message.ts';
import { invalidForm, type Problem, problem, refusals } from './refusal.ts';
import { nextId } from './snowflake.ts';
import type { User } from './user.ts';

export interface Message extends Contents {
  readonly id: string;
  readonly channel: Channel;
  readonly author: User;
  /** Whom an ephemeral message is for. Everyone in the channel sees any other. */
  readonly onlyFor: User | null;
  readonly nonce: string | null;
  /** "Handrail is thinking…": a reply was put off, and has not come. */
  readonly loading: boolean;
  readonly sentAt: Date;
  readonly editedAt: Date | null;
}

export interface NewMessage {
  readonly channel: Channel;
  readonly author: User;
  readonly onlyFor?: User | null;
  readonly body: MessageBody;
  readonly files: readonly UploadedFile[];
}

const nonceLastsMs = 3 * 60_000;
const settable = { new: messageFlags.suppressEmbeds | messageFlags.silent, edit: messageFlags.suppressEmbeds };

/** Every message, each as a value that an edit replaces. Gone ones are not there. */
export class Messages {
  readonly #byId = new Map<string, Message>();
  readonly #byChannel = new Map<Channel, string[]>();
  readonly #byNonce = new Map<string, { readonly id: string; readonly until: number }>();
  readonly #violations: Violations;
  readonly #now: () => number;

  constructor(violations: Violations, now: () => number) {
    this.#violations = violations;
    this.#now = now;
  }

  find(channelId: string, id: string): Message {
    const found = this.#byId.get(id);
    if (found === undefined || found.channel.id !== channelId) throw refusals.unknownMessage();
    return found;
  }

  byId(id: string): Message | null {
    return this.#byId.get(id) ?? null;
  }

  in(channel: Channel): readonly Message[] {
    return (this.#byChannel.get(channel) ?? []).flatMap((id) => this.#byId.get(id) ?? []);
  }

  create(where: string, { channel, author, onlyFor = null, body, files }: NewMessage): Message {
    const known = body.enforce_nonce === true ? this.#sentWith(channel, body.nonce) : null;
    if (known !== null) return known;
    this.#refuseFlags(body, settable.new | messageFlags.componentsV2 | (onlyFor === null ? 0 : messageFlags.ephemeral));
    const nothing: Contents = { content: '', embeds: [], components: [], attachments: [], flags: 0 };
    const contents = this.#checked(where, nothing, body, files);
    const message = this.#keep({ ...this.#blank(channel, author, onlyFor), ...contents, nonce: nonceOf(body) });
    if (message.nonce !== null) {
      this.#byNonce.set(`${channel.id} ${message.nonce}`, { id: message.id, until: this.#now() + nonceLastsMs });
    }
    return message;
  }

  /** A reply that is put off: whether it is for one person alone is settled here. */
  createLoading(channel: Channel, author: User, onlyFor: User | null): Message {
    return this.#keep({ ...this.#blank(channel, author, onlyFor), loading: true });
  }

  /** What someone other than the bot writes. */
  createWritten(channel: Channel, author: User, content: string): Message {
    return this.#keep({ ...this.#blank(channel, author, null), content });
  }

  edit(where: string, message: Message, body: MessageBody, files: readonly UploadedFile[]): Message {
    this.#refuseFlags(body, settable.edit | messageFlags.componentsV2);
    const hasV2 = (message.flags & messageFlags.componentsV2) !== 0;
    if (hasV2 && typeof body.flags === 'number' && (body.flags & messageFlags.componentsV2) === 0) {
      throw invalidForm([problem(['flags'], 'IS_COMPONENTS_V2 cannot be taken back')]);
    }
    const contents = this.#checked(where, message, body, files);
    return this.#keep({ ...message, ...contents, loading: false, editedAt: new Date() });
  }

  remove(message: Message): void {
    this.#byId.delete(message.id);
  }

  #blank(channel: Channel, author: User, onlyFor: User | null): Message {
    const none = { content: '', embeds: [], components: [], attachments: [] };
    const flags = onlyFor === null ? 0 : messageFlags.ephemeral;
    return {
      ...none,
      id: nextId(),
      channel,
      author,
      onlyFor,
      flags,
      nonce: null,
      loading: false,
      sentAt: new Date(),
      editedAt: null,
    };
  }

  #keep(message: Message): Message {
    if (!this.#byId.has(message.id)) {
      const ids = this.#byChannel.get(message.channel) ?? [];
      this.#byChannel.set(message.channel, [...ids, message.id]);
    }
    this.#byId.set(message.id, message);
    return message;
  }

  #sentWith(channel: Channel, nonce: MessageBody['nonce']): Message | null {
    const sent = this.#byNonce.get(`${channel.id} ${nonce}`);
    return sent !== undefined && sent.until > this.#now() ? this.byId(sent.id) : null;
  }

  #refuseFlags({ flags }: MessageBody, allowed: number): void {
    const others = (flags ?? 0) & ~allowed;
    if (others !== 0) throw invalidForm([problem(['flags'], `flags that cannot be set here: ${others}`)]);
  }

  #checked(where: string, before: Contents, body: MessageBody, files: readonly UploadedFile[]): Contents {
    if (mayPing(body)) this.#violations.add(where, 'allowed_mentions must be { parse: [] }: nobody is ever pinged');
    const { attachments, problems } = attached(before.attachments, body, files);
    const kept = before.flags & (messageFlags.componentsV2 | messageFlags.ephemeral);
    const contents: Contents = {
      content: body.content === undefined ? before.content : (body.content ?? ''),
      embeds: body.embeds === undefined ? before.embeds : (body.embeds ?? []),
      components: body.components === undefined ? before.components : (body.components ?? []),
      attachments,
      flags: (body.flags ?? before.flags) | kept,
    };
    const found = [...problems, ...problemsOf(contents)];
    if (found.length > 0) throw invalidForm(found);
    if (isEmpty(contents)) throw refusals.empty();
    return contents;
  }
}

function nonceOf({ nonce }: MessageBody): string | null {
  return nonce === null || nonce === undefined ? null : String(nonce);
}

/** What is attached after a request: what it names of before, and its files. Without a list all of before stays. */
function attached(
  before: readonly Attachment[],
  { attachments: listed }: MessageBody,
  files: readonly UploadedFile[],
): { attachments: readonly Attachment[]; problems: readonly Problem[] } {
  const about = new Map((listed ?? []).map((each) => [each.id, each]));
  const kept = listed === undefined || listed === null ? before : before.filter(({ id }) => about.has(id));
  const added = files.map((file) => ({
    id: nextId(),
    filename: about.get(file.index)?.filename ?? file.name,
    description: about.get(file.index)?.description ?? null,
    size: file.size,
  }));
  const known = new Set([...kept.map(({ id }) => id), ...files.map(({ index }) => index)]);
  const unknown = [...about.keys()].filter((id) => !known.has(id));
  return {
    attachments: [...kept, ...added],
    problems: unknown.map((id) => problem(['attachments'], `no file came for attachment ${id}`)),
  };
}
