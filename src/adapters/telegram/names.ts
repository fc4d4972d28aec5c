import type { MessageRef } from '../../core/platform/platform.ts';

/** A chat and, in a forum, its topic. A private chat has the ID of its user. */
export interface Where {
  readonly chat: string;
  readonly topic: number | null;
}

/** A sent message. `isText` is kept because Telegram edits only text into other text. */
export interface Sent {
  readonly id: number;
  readonly isText: boolean;
}

/** "chat/topic/ids", with an "f" before those that are files. */
export function messageRef({ chat, topic }: Where, parts: readonly Sent[]): MessageRef {
  const ids = parts.map(({ id, isText }) => `${isText ? '' : 'f'}${id}`);
  return `${chat}/${topic ?? ''}/${ids.join(',')}` as MessageRef;
}

export function readRef(ref: MessageRef): { readonly where: Where; readonly parts: readonly Sent[] } {
  const [chat = '', topic = '', parts = ''] = ref.split('/');
  return {
    where: { chat, topic: topic === '' ? null : Number(topic) },
    parts: parts.split(',').map((part) => ({ id: Number(part.replace('f', '')), isText: !part.startsWith('f') })),
  };
}
