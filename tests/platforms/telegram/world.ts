export type Json = Record<string, unknown>;

export interface User {
  readonly id: number;
  readonly name: string;
  readonly language: string;
  /** Pressed Start, or wrote to the bot: before that it cannot write to them. */
  started: boolean;
  blocked: boolean;
}

type Status = 'creator' | 'administrator' | 'member' | 'restricted' | 'left' | 'kicked';

export interface Chat {
  id: number;
  type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly title: string;
  /** Whose private chat with the bot it is. */
  readonly alone: User | null;
  readonly forum: boolean;
  readonly statuses: Map<number, Status>;
  /** Whose rights stay restricted for when they come back. */
  readonly restrictedAndGone: Set<number>;
  botIsIn: boolean;
  botDeletes: boolean;
  botWrites: boolean;
  botAdministers: boolean;
  /** May its members write? Administrators may always. */
  membersWrite: boolean;
  hidesMembers: boolean;
  migratedTo: number | null;
}

export interface Message {
  readonly id: number;
  readonly chat: Chat;
  readonly topic: number | null;
  /** null: the bot. */
  readonly author: User | 'someone unnamed' | null;
  kind: 'text' | 'photo' | 'document';
  /** As it was sent: HTML of a text or caption. */
  html: string;
  /** As it is read. */
  text: string;
  keyboard: readonly (readonly Button[])[];
  readonly fileName: string | null;
  gone: boolean;
  changed: number;
}

export interface Button {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
}

/** Users who stand for others: https://core.telegram.org/bots/api#message */
export const groupAnonymousBot = 1_087_968_824;
export const channelBot = 136_817_688;

/** Why a request was refused, in Telegram's own words. */
export class Refusal extends Error {
  readonly code: number;
  readonly parameters: Json | undefined;

  constructor(code: number, description: string, parameters?: Json) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}
