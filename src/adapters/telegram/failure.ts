import { TelegramError } from 'telegraf';
import { type Failure as AnyFailure, KnownFailure, networkFailure } from '../../core/adapter-kit/failure.ts';
import type { DeliveryRefusal } from '../../core/platform/platform.ts';

/** Telegram gives the reason in words and in few codes: https://core.telegram.org/bots/api#making-requests */
export interface Refusal {
  readonly code: number;
  readonly description: string;
  /** The new ID of a group that became a supergroup. */
  readonly movedTo: string | null;
}

export type Failure = AnyFailure<Refusal>;

/** The wait when a rate limit gives no duration. */
const somewhileMs = 30_000;

export function failureOf(error: unknown): Failure {
  if (error instanceof KnownFailure) return { kind: error.kind };
  if (error instanceof TelegramError) return refusal(error);
  const known = networkFailure(error);
  // The response is not Telegram's: it came from a proxy, or the connection broke in the middle.
  return { kind: known === 'bug' && isFetchError(error) ? 'uncertain' : known };
}

function refusal({ code, description, parameters }: TelegramError): Failure {
  if (code === 429) {
    const seconds = parameters?.retry_after;
    const retryAfterMs = seconds === undefined ? somewhileMs : seconds * 1_000;
    // Telegram does not say whose limit it was. The one of a chat is the one that is met in practice.
    return { kind: 'rate-limited', retryAfterMs, limited: 'place' };
  }
  if (code >= 500) return { kind: 'uncertain' };
  // The request itself was not refused: the token changed (401), or the conflict will pass (409).
  if (code === 401 || code === 409) return { kind: 'unsent' };
  const movedTo = parameters?.migrate_to_chat_id;
  return { kind: 'refused', code, description, movedTo: movedTo === undefined ? null : String(movedTo) };
}

function isFetchError(error: unknown): boolean {
  return error instanceof Error && error.name === 'FetchError';
}

/** Telegram's error texts by reason. Any other text means an invalid payload. */
const reasons: readonly (readonly [RegExp, DeliveryRefusal])[] = [
  [/blocked by the user|can't initiate conversation|can't send messages to bots/i, 'closed-dm'],
  [
    /not enough rights|no rights|CHAT_(WRITE|SEND|ADMIN)\w*|TOPIC_CLOSED|can't be (edited|deleted)|administrator rights/i,
    'no-permission',
  ],
  [
    /chat not found|user is deactivated|bot was kicked|not a member|PEER_ID_INVALID|thread not found|message to (edit|delete) not found|MESSAGE_ID_INVALID|group chat was (deactivated|upgraded)|TOPIC_DELETED/i,
    'gone',
  ],
];

export function refusalOf({ description }: Refusal): DeliveryRefusal {
  return reasons.find(([words]) => words.test(description))?.[1] ?? 'invalid';
}

export function isRefusedAs(error: unknown, reason: ReturnType<typeof refusalOf>): boolean {
  const failure = failureOf(error);
  return failure.kind === 'refused' && refusalOf(failure) === reason;
}

/** The message already has this content. */
export function isNotModified(error: unknown): boolean {
  const failure = failureOf(error);
  return failure.kind === 'refused' && failure.description.includes('message is not modified');
}

/** The reason for a log, without Telegram's description, because it may quote a member. */
export function reasonOf(error: unknown): string {
  const failure = failureOf(error);
  return failure.kind === 'refused' ? `${failure.code} ${refusalOf(failure)}` : failure.kind;
}
