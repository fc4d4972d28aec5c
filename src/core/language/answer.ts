import type { Field } from './field.ts';
import type { View } from './view.ts';

/** The answer to a request, which the adapter shows. Its privacy was decided before: see `Intake.expected`. */
export type Answer =
  /** Acknowledged without words, because this account was told a moment ago that it asks too fast. */
  | { readonly kind: 'nothing'; readonly audience: 'private' }
  | { readonly kind: 'reply'; readonly audience: Audience; readonly view: View }
  /** Replaces the message whose button was pressed. */
  | { readonly kind: 'replace'; readonly audience: Audience; readonly view: View }
  /** Opens a form. `instead`: what to show if it is too late to open one. */
  | { readonly kind: 'open'; readonly form: OpenForm; readonly instead: View }
  | {
      readonly kind: 'refused';
      readonly audience: 'private';
      readonly reason: RefusalReason;
      readonly view: View;
      /** The problems by field, for platforms that show them beside it. */
      readonly problems: readonly FieldProblem[];
    };

/** An answer that is a view. */
export type ShownAnswer = Exclude<Answer, { kind: 'open' | 'nothing' }>;

export type Audience = 'private' | 'channel';

/**
 * Where the answer stays, because private answers in a channel disappear on some platforms: only here, in the private
 * chat, or in both for someone who may be in danger.
 */
export type KeepsIn = 'here' | 'chat' | 'both';

/**
 * `help`: someone may be in danger, so the request is never limited, never queued, and sent first. Only for what leads
 * to people.
 */
export type Urgency = 'usual' | 'help';

export const refusalReasons = [
  'unknown-command',
  'unknown-action',
  'bad-input',
  'not-a-moderator',
  'no-community',
  'too-late',
  'too-fast',
  'too-busy',
  'storage-unavailable',
  'failed',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

interface FieldProblem {
  readonly field: string;
  readonly sentence: string;
}

/** A form as one modal. */
export interface OpenForm {
  /** Returned with the answers. */
  readonly token: string;
  readonly step: number;
  readonly stepCount: number;
  readonly title: string;
  readonly fields: readonly OpenField[];
}

export interface OpenField {
  readonly name: string;
  readonly field: Field;
  readonly label: string;
  readonly hint: string;
  /** The earlier answer, if the form is opened again. */
  readonly given: string;
}

/** The result of a handler. The inbox turns it into an answer. */
export type Outcome = View | Refusal;

interface Refusal {
  readonly refused: RefusalReason;
  readonly view: View;
}

export function isRefusal(outcome: Outcome): outcome is Refusal {
  return 'refused' in outcome;
}

export function toAnswer(outcome: Outcome, as: { kind: 'reply' | 'replace'; audience: Audience }): ShownAnswer {
  return isRefusal(outcome) ? refused(outcome.refused, outcome.view) : { ...as, view: outcome };
}

export function refused(reason: RefusalReason, shown: View): Answer & { kind: 'refused' } {
  return { kind: 'refused', audience: 'private', reason, view: shown, problems: [] };
}
